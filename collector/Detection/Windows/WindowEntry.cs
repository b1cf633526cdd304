namespace SensorNet.Collector.Detection.Windows;

/// <summary>One event inside a window's state.</summary>
/// <param name="Time">Event time, nanoseconds.</param>
/// <param name="Mark">What tells entries apart: the event's identity, or the hash of the counted value.</param>
/// <param name="Place">The event's position, its top bit set once an alert has counted the event.</param>
internal record struct WindowEntry(long Time, ulong Mark, ulong Place)
{
    private const ulong CountedBit = 1UL << 63;

    public readonly ulong Position => Place & ~CountedBit;

    public bool Counted
    {
        readonly get => (Place & CountedBit) != 0;
        set => Place = value ? Place | CountedBit : Place & ~CountedBit;
    }
}
