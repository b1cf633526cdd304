using YamlDotNet.RepresentationModel;

namespace SensorNet.Proto.Configuration;

/// <summary>What the sections of one configuration share: the file's name, the environment's prefix, what was read.</summary>
internal sealed class ConfigurationSource(string name, string environmentPrefix)
{
    public string Name => name;

    public List<ConfigurationEntry> Entries { get; } = [];

    public string Locate(YamlNode node) => $"{name}:{node.Start.Line}:{node.Start.Column}";

    /// <exception cref="ConfigurationException">The environment has a variable with the prefix that sets nothing.</exception>
    public void RefuseUnknownVariables()
    {
        var start = environmentPrefix + "__";
        var known = Entries.Select(e => EnvironmentName(e.Path)).ToHashSet(StringComparer.Ordinal);
        var given = Environment.GetEnvironmentVariables().Keys.OfType<string>().Where(n => n.StartsWith(start, StringComparison.Ordinal) && !known.Contains(n));
        if (given.Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            var nearest = NearestWord.Of(unknown[start.Length..], known.Select(n => n[start.Length..]));
            throw new ConfigurationException($"environment variable {unknown} sets nothing." + (nearest is null ? "" : $" Did you mean {start}{nearest}?"));
        }
    }

    /// <summary><c>uplink.batch_delay</c> is overridden by <c>PREFIX__UPLINK__BATCH_DELAY</c>.</summary>
    public string EnvironmentName(string path) => $"{environmentPrefix}__{path.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant()}";
}
