namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// The state of one correlation: what it remembers of each group key. Exact in event time, and the same whatever the
/// order in which events arrive, as long as late events are not older than what is kept (two thresholds' worth).
/// </summary>
internal abstract class Window
{
    /// <summary>Extra time that a key is kept after its window, for late events: ten minutes.</summary>
    public const long Lateness = 600L * 1_000_000_000;

    /// <summary>Keys that were pushed out by others while their window was open.</summary>
    public abstract long Evictions { get; }

    public abstract int Keys { get; }

    /// <summary>Tells of a key that it is not to be pushed out: its alert is open.</summary>
    public abstract Func<UInt128, bool>? Pinned { set; }

    /// <summary>Adds a match.</summary>
    /// <param name="key">The group key's hash.</param>
    /// <param name="occurrence">The match.</param>
    /// <param name="source">Which of the correlation's rules matched.</param>
    /// <param name="value">The counted value's hash, or the computed value's bits.</param>
    /// <param name="low">Everything older than this has surely arrived.</param>
    /// <param name="firing">Filled when the condition holds.</param>
    /// <returns>Whether the condition holds in a window that this match belongs to.</returns>
    public abstract bool Add(UInt128 key, in Occurrence occurrence, int source, ulong value, long low, Firing firing);

    /// <summary>The key's events in the window that ends now: how near it is to firing.</summary>
    /// <param name="key">Its hash.</param>
    /// <param name="now">Event time.</param>
    public abstract WindowState Peek(UInt128 key, long now);

    /// <summary>Forgets a key: an operator has declared its alert resolved.</summary>
    public abstract void Forget(UInt128 key);
}
