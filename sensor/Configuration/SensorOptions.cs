using SensorNet.Proto.Configuration;
using SensorNet.Proto.Privacy;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Host;
using SensorNet.Sensor.Logs;
using SensorNet.Sensor.Spool;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Configuration;

/// <summary>
/// Everything that can be set for a sensor, checked. Each section says its defaults once, in its reader; a sensor runs
/// without any file.
/// </summary>
internal sealed record SensorOptions
{
    public const string EnvironmentPrefix = "SENSORNET_SENSOR";
    public const string DefaultFile = "/etc/sensornet/sensor.yaml";
    public const string DefaultStateDirectory = "/var/lib/sensornet-sensor";

    /// <summary>Where identity, spool and log positions live.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>host.name of events: the host that is watched.</summary>
    public required string Host { get; init; }

    /// <summary>Lowest level of the program's own messages.</summary>
    public required LogLevel MessageLevel { get; init; }

    public required CaptureOptions Capture { get; init; }

    public required TrackerOptions Sip { get; init; }

    public required LogOptions Logs { get; init; }

    /// <summary>Measures of the host itself.</summary>
    public required HostOptions Metrics { get; init; }

    /// <summary>What is hidden before an event leaves the host.</summary>
    public required PrivacyPolicy Privacy { get; init; }

    /// <summary>The keys for it; null: no file is named.</summary>
    public required string? PrivacyKeyFile { get; init; }

    public required SpoolOptions Spool { get; init; }

    public required UplinkOptions Uplink { get; init; }

    /// <summary>Events held between producers and spool.</summary>
    public required int QueueCapacity { get; init; }

    /// <summary>Event types that are counted but not sent.</summary>
    public required IReadOnlyList<EventType> DisabledEvents { get; init; }

    /// <summary>Where each value came from, for <c>config print</c> and <c>config reference</c>.</summary>
    public required IReadOnlyList<ConfigurationEntry> Entries { get; init; }

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="file">A YAML file; null: <see cref="DefaultFile"/> where it exists, else defaults and environment.</param>
    /// <param name="stateDirectory">Takes the place of <c>state_dir</c> when given.</param>
    /// <exception cref="ConfigurationException">Unknown key, wrong type or impossible value; the message says where.</exception>
    public static SensorOptions Load(string? file, string? stateDirectory = null)
    {
        file ??= File.Exists(DefaultFile) ? DefaultFile : null;
        if (file is not null)
        {
            ConfigurationFileMode.Check(file);
        }

        return Read(ConfigurationSection.Load(file, EnvironmentPrefix), stateDirectory);
    }

    /// <summary>Reads options from a configuration already parsed.</summary>
    /// <exception cref="ConfigurationException">Unknown key, wrong type or impossible value.</exception>
    public static SensorOptions Read(ConfigurationSection root, string? stateDirectory = null)
    {
        var configured = root.Text("state_dir", DefaultStateDirectory, "Directory of the sensor's identity, spool and log positions; mode 0700.");
        if (configured.Length == 0)
        {
            throw root.Wrong("state_dir", "is empty; it must be a directory");
        }

        var state = Path.GetFullPath(stateDirectory ?? configured);
        var host = root.Text("host", "", "host.name of this host's events; empty: the machine's name.");
        host = host.Length > 0 ? host : Environment.MachineName;
        var level = root.Choice("message_level", "information", ["debug", "information", "warning", "error"], "Lowest level of the sensor's own messages (standard error): debug, information, warning or error.");
        var (capture, ports) = CaptureSection.Read(root.Section("capture"));
        var (privacy, keyFile) = PrivacySection.Read(root.Section("privacy"));
        var options = new SensorOptions
        {
            StateDirectory = state,
            Host = host,
            MessageLevel = Enum.Parse<LogLevel>(level, ignoreCase: true),
            Capture = capture,
            Sip = SipSection.Read(root.Section("sip"), ports),
            Logs = LogsSection.Read(root.Section("logs"), state, host),
            Metrics = HostSection.Read(root.Section("metrics")),
            Privacy = privacy,
            PrivacyKeyFile = keyFile,
            Spool = SpoolSection.Read(root.Section("spool"), state),
            Uplink = UplinkSection.Read(root.Section("uplink")),
            QueueCapacity = (int)root.Section("queue").Integer("events", 16_384, 256, 1_048_576, "Events held in memory between their making and the spool."),
            DisabledEvents = EventsSection.Read(root.Section("events")),
            Entries = root.Entries,
        };
        root.Done();
        return options with { Sip = options.Sip with { Disabled = options.DisabledEvents } };
    }
}
