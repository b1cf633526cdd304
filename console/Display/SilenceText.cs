using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>Silences in words: what they match, and how they are asked for.</summary>
internal static class SilenceText
{
    /// <summary>The words that <see cref="Parse"/> knows.</summary>
    public const string Words = "rule:NAME source:ADDRESS user:NAME host:NAME level:LEVEL for:LENGTH";

    /// <summary>What it keeps quiet: <c>rule:sip_* host:edge-1</c>.</summary>
    public static string Of(Silence silence) => string.Join(' ', new[]
    {
        silence.Rule.Length > 0 ? "rule:" + silence.Rule : "",
        silence.Source.Length > 0 ? "source:" + silence.Source : "",
        silence.User.Length > 0 ? "user:" + silence.User : "",
        silence.Host.Length > 0 ? "host:" + silence.Host : "",
        silence.MaxLevel != AlertLevel.Unspecified ? "level:" + Display.Words.Of(silence.MaxLevel) : "",
    }.Where(word => word.Length > 0));

    /// <summary>active, waiting (for its beginning) or over.</summary>
    public static string State(Silence silence, DateTimeOffset now)
    {
        var at = Times.ToNanoseconds(now);
        return silence.Expires != 0 && silence.Expires <= at ? "over" : silence.Starts > at ? "waiting" : "active";
    }

    /// <summary>Reads a silence from words; what is none of them is its reason.</summary>
    /// <returns>What is wrong, as a sentence; null: nothing.</returns>
    public static string? Parse(string text, out AddSilenceRequest request)
    {
        var silence = new Silence();
        request = new AddSilenceRequest { Silence = silence, DurationS = 86_400 };
        var reason = new List<string>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var value = word[(colon + 1)..];
            switch (colon < 0 ? "" : word[..colon])
            {
                case "rule":
                    silence.Rule = value;
                    break;
                case "source" when Addresses.IsAddressOrNetwork(value):
                    silence.Source = value;
                    break;
                case "source":
                    return $"'{value}' is neither an address nor a network like 203.0.113.0/24.";
                case "user":
                    silence.User = value;
                    break;
                case "host":
                    silence.Host = value;
                    break;
                case "level" when Array.IndexOf(Display.Words.LevelNames, value) is >= 0 and var level:
                    silence.MaxLevel = (AlertLevel)(level + 1);
                    break;
                case "level":
                    return $"'{value}' is not one of: {string.Join(", ", Display.Words.LevelNames)}.";
                case "for" when Times.TryParseLength(value, out var length) && length > TimeSpan.Zero:
                    request.DurationS = (ulong)length.TotalSeconds;
                    break;
                case "for":
                    return $"'{value}' is not a length like 90s, 15m, 1h or 2d.";
                default:
                    reason.Add(word);
                    break;
            }
        }

        silence.Reason = string.Join(' ', reason);
        return Of(silence).Length > 0 ? null : $"A silence needs one of: {Words}";
    }
}
