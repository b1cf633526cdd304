namespace SensorNet.Sensor.Spool;

/// <summary>Where events wait for the collector, and how much they may take.</summary>
internal sealed record SpoolOptions
{
    /// <summary>The folder of the segments; made when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Octets of all segments; beyond it the oldest segment goes, acknowledged ones first.</summary>
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>
    /// A full spool takes no more events instead of losing the oldest: for replay, where the input can wait.
    /// </summary>
    public bool NeverDrop { get; init; }

    /// <summary>Octets of acknowledged events kept, to refill a collector that lost some.</summary>
    public long KeepAcknowledgedBytes { get; init; } = 64L << 20;

    /// <summary>A segment is closed once it is this long.</summary>
    public long SegmentBytes { get; init; } = 8L << 20;

    /// <summary>Octets held in memory while the disk takes nothing.</summary>
    public int MemoryBytes { get; init; } = 8 << 20;

    /// <summary>
    /// How often what was written is forced to the disk. Written events survive the end of the process at any moment;
    /// this bounds what a power cut can take. Zero: never forced.
    /// </summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait before writing is tried again after it failed.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);
}
