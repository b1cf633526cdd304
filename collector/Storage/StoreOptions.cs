namespace SensorNet.Collector.Storage;

/// <summary>Where and how events are kept.</summary>
internal sealed record StoreOptions
{
    /// <summary>The store's directory; created when absent.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes of memory for table blocks.</summary>
    public long CacheBytes { get; init; } = 64L << 20;

    /// <summary>Events in a segment before it is sealed; a multiple of 32, at most 65,536.</summary>
    public int SegmentEvents { get; init; } = 65_536;

    /// <summary>Events older than this are dropped, a segment at a time; zero keeps them for ever.</summary>
    public TimeSpan RetainFor { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The oldest segments are dropped while events take more than this; zero for no limit.</summary>
    public long RetainBytes { get; init; }

    /// <summary>Minute counters, calls and entities are kept this long after their time, and at least as long as events of that time.</summary>
    public TimeSpan RetainObjectsFor { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Below this much free space new events are refused (after dropping what retention allows).</summary>
    public long MinFreeBytes { get; init; } = 256L << 20;

    /// <summary>Opens without the lock and without writing, beside a running collector or for an inspection.</summary>
    public bool ReadOnly { get; init; }
}
