using YamlDotNet.RepresentationModel;

namespace SensorNet.Proto.Configuration;

/// <summary>What the sections of one configuration share: the file's name, the environment's prefix, what was read.</summary>
internal sealed class ConfigurationSource(string name, string environmentPrefix)
{
    public string Name => name;

    public List<ConfigurationEntry> Entries { get; } = [];

    public string Locate(YamlNode node) => $"{name}:{node.Start.Line}:{node.Start.Column}";

    /// <summary><c>uplink.batch_delay</c> is overridden by <c>PREFIX__UPLINK__BATCH_DELAY</c>.</summary>
    public string EnvironmentName(string path) => $"{environmentPrefix}__{path.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant()}";
}
