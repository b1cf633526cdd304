using System.Globalization;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>What rules count, in a few characters, and the words with which their numbers are set.</summary>
internal static class RuleText
{
    /// <summary>The words that <see cref="Parse"/> knows.</summary>
    public const string Words = "gte=N gt=N lte=N lt=N eq=N neq=N window=LENGTH level=LEVEL enabled=true|false dry_run=true|false";

    private static readonly string[] Comparisons = [">= ", "> ", "<= ", "< ", "== ", "!= "];

    /// <summary>What it counts by: <c>src</c>, <c>user</c>, <c>src,host</c>; <c>-</c> when it counts nothing.</summary>
    public static string By(Rule rule) => rule.GroupBy.Count == 0 ? "-" : string.Join(',', rule.GroupBy.Select(field => field switch
    {
        "source.ip" => "src",
        "source.network" => "net",
        "user.name" or "user.id" => "user",
        "user.aor" => "aor",
        "host.name" => "host",
        "agent.id" => "sensor",
        _ => field[(field.LastIndexOf('.') + 1)..],
    }));

    /// <summary>Number and window, <c>50/1m</c>; for other kinds of rules what they are.</summary>
    public static string Threshold(Rule rule)
    {
        var sign = Array.Find(Comparisons, c => rule.Condition.StartsWith(c, StringComparison.Ordinal));
        var window = rule.WindowMs == 0 ? "" : "/" + Window(rule.WindowMs);
        if (sign is not null && rule.Condition[sign.Length..].All(c => char.IsAsciiDigit(c) || c == '.'))
        {
            return (sign == ">= " ? "" : sign.TrimEnd()) + rule.Condition[sign.Length..] + window;
        }

        return rule.Kind.StartsWith("temporal", StringComparison.Ordinal) ? (rule.Kind.Length > 8 ? "order" : "all") + window : rule.Kind == "event" ? "each" : rule.Kind + window;
    }

    /// <summary>A window's length in one unit where that is exact: <c>60s</c>, <c>5m</c>, <c>1h</c>.</summary>
    public static string Window(ulong milliseconds) => milliseconds switch
    {
        0 => "-",
        _ when milliseconds % 86_400_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 86_400_000}d"),
        _ when milliseconds % 3_600_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 3_600_000}h"),
        _ when milliseconds % 60_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 60_000}m"),
        _ when milliseconds % 1000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms"),
    };

    /// <summary>Numbers in the words in which they are set; empty when there are none.</summary>
    public static string Of(RuleThresholds? numbers)
    {
        if (numbers is null)
        {
            return "";
        }

        var words = new List<string>();
        Add("gt", numbers.HasGt, numbers.Gt);
        Add("gte", numbers.HasGte, numbers.Gte);
        Add("lt", numbers.HasLt, numbers.Lt);
        Add("lte", numbers.HasLte, numbers.Lte);
        Add("eq", numbers.HasEq, numbers.Eq);
        Add("neq", numbers.HasNeq, numbers.Neq);
        if (numbers.HasWindowMs)
        {
            words.Add("window=" + Window(numbers.WindowMs));
        }

        if (numbers.Level != AlertLevel.Unspecified)
        {
            words.Add("level=" + Display.Words.Of(numbers.Level));
        }

        if (numbers.HasEnabled)
        {
            words.Add(numbers.Enabled ? "enabled=true" : "enabled=false");
        }

        if (numbers.HasDryRun)
        {
            words.Add(numbers.DryRun ? "dry_run=true" : "dry_run=false");
        }

        return string.Join(' ', words);

        void Add(string name, bool has, double value)
        {
            if (has)
            {
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));
            }
        }
    }

    /// <summary>Reads numbers from such words.</summary>
    /// <returns>What is wrong with a word, as a sentence; null: nothing.</returns>
    public static string? Parse(IEnumerable<string> words, out RuleThresholds numbers)
    {
        numbers = new RuleThresholds();
        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
            if (!Set(numbers, name, value))
            {
                return $"'{word}' is not one of: {Words}.";
            }
        }

        return null;
    }

    private static bool Set(RuleThresholds numbers, string name, string value)
    {
        switch (name)
        {
            case "window" when Times.TryParseLength(value, out var window) && window > TimeSpan.Zero:
                numbers.WindowMs = (ulong)window.TotalMilliseconds;
                return true;
            case "level" when Array.IndexOf(Display.Words.LevelNames, value) is >= 0 and var level:
                numbers.Level = (AlertLevel)(level + 1);
                return true;
            case "enabled" when bool.TryParse(value, out var enabled):
                numbers.Enabled = enabled;
                return true;
            case "dry_run" or "dry-run" when bool.TryParse(value, out var dry):
                numbers.DryRun = dry;
                return true;
            default:
                break;
        }

        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        switch (name)
        {
            case "gt":
                numbers.Gt = number;
                return true;
            case "gte":
                numbers.Gte = number;
                return true;
            case "lt":
                numbers.Lt = number;
                return true;
            case "lte":
                numbers.Lte = number;
                return true;
            case "eq":
                numbers.Eq = number;
                return true;
            case "neq":
                numbers.Neq = number;
                return true;
            default:
                return false;
        }
    }
}
