using SensorNet.Collector.Export;
using SensorNet.Collector.Storage;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector.Configuration;

/// <summary>
/// Everything that can be set for a collector. Each section says its defaults once, in its <c>Read</c>; a collector
/// runs without any file.
/// </summary>
internal sealed record CollectorOptions
{
    public const string EnvironmentPrefix = "SENSORNET_COLLECTOR";

    /// <summary>Holds the store, the CA and its keys; one collector at a time.</summary>
    public required string StateDirectory { get; init; }

    public required ListenOptions Listen { get; init; }

    public required StoreOptions Store { get; init; }

    public required EventFileOptions EventFiles { get; init; }

    public required DetectionOptions Detection { get; init; }

    public required NotifyOptions Notify { get; init; }

    public required AccessOptions Access { get; init; }

    /// <summary>Where each value came from, for <c>config print</c> and <c>config reference</c>.</summary>
    public required IReadOnlyList<ConfigurationEntry> Entries { get; init; }

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="file">A YAML file; null: the defaults and the environment.</param>
    /// <param name="stateDirectory">Takes the place of <c>state_dir</c> when given.</param>
    /// <exception cref="ConfigurationException">Unknown key, wrong type or impossible value; the message says where.</exception>
    public static CollectorOptions Load(string? file, string? stateDirectory = null)
    {
        var root = ConfigurationSection.Load(file, EnvironmentPrefix);
        var configured = root.Text("state_dir", "/var/lib/sensornet-collector", "Directory of the store, the certificate authority and its keys; mode 0700.");
        if (configured.Length == 0)
        {
            throw root.Wrong("state_dir", "is empty; it must be a directory");
        }

        var state = Path.GetFullPath(stateDirectory ?? configured);
        var options = new CollectorOptions
        {
            StateDirectory = state,
            Listen = ListenOptions.Read(root.Section("listen")),
            Store = StoreSection.Read(root.Section("store"), Path.Combine(state, "store")),
            EventFiles = EventFilesSection.Read(root.Section("event_files"), state),
            Detection = DetectionOptions.Read(root.Section("detection")),
            Notify = NotifyOptions.Read(root.Section("notify")),
            Access = AccessOptions.Read(root.Section("access")),
            Entries = root.Entries,
        };
        root.Done();
        return options;
    }
}
