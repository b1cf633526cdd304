namespace SensorNet.Collector.Ingest;

/// <summary>How the commit loop groups what it writes.</summary>
internal sealed record CommitOptions
{
    /// <summary>Events that end the wait for more; a batch ends at the first submission that reaches it.</summary>
    public int MaxEvents { get; init; } = 4096;

    /// <summary>How long the first submission of a batch waits for others at most.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>When nothing came for this long the batch ends: everybody who could submit is waiting for it.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Submissions that may wait; more of them wait outside.</summary>
    public int QueuedSubmissions { get; init; } = 128;

    /// <summary>Largest encoded event. What makes one larger is cut from it, and the cut is marked.</summary>
    public int MaxEventBytes { get; init; } = 256 << 10;

    /// <summary>Epochs remembered per sensor; the one not heard of for longest is forgotten.</summary>
    public int EpochsPerSensor { get; init; } = 8;

    /// <summary>How often stages get a chance to store what they hold back while nothing arrives.</summary>
    public TimeSpan IdleTick { get; init; } = TimeSpan.FromSeconds(1);
}
