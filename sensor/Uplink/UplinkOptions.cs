namespace SensorNet.Sensor.Uplink;

/// <summary>How events travel to the collector.</summary>
internal sealed record UplinkOptions
{
    /// <summary>
    /// Collectors in order of preference, <c>host:port</c> or <c>unix:/path</c>. Empty: the one that was joined.
    /// </summary>
    public IReadOnlyList<string> Collectors { get; init; } = [];

    /// <summary>Events in one message, 1 to 1,000.</summary>
    public int BatchEvents { get; init; } = 100;

    /// <summary>Octets of events in one message, before compression.</summary>
    public int BatchBytes { get; init; } = 256 << 10;

    /// <summary>
    /// How long events wait for company while others are on their way. An event that finds the stream idle leaves at once.
    /// </summary>
    public TimeSpan BatchDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Events sent and not acknowledged, at most.</summary>
    public int MaxInFlight { get; init; } = 20_000;

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting, and the collector's welcome, may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A collector that leaves events unacknowledged for this long while nothing else moves is taken for gone.
    /// </summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After this long with a collector that is not the first of the list, the first is tried again.</summary>
    public TimeSpan FailbackAfter { get; init; } = TimeSpan.FromMinutes(10);

    public UplinkCompression Compression { get; init; } = UplinkCompression.Auto;

    /// <summary>Octets per second at most, after compression; 0: no limit.</summary>
    public long BandwidthBytesPerSecond { get; init; }
}
