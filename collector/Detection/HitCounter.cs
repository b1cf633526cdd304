namespace SensorNet.Collector.Detection;

/// <summary>
/// How often something happened of late: by minute for an hour, by hour for a day. Written on one thread, read on any; a
/// reader may see a count that is one event old.
/// </summary>
internal sealed class HitCounter
{
    private const long Minute = 60L * 1_000_000_000;
    private const long Hour = 60 * Minute;
    private const int Minutes = 60;
    private const int Hours = 24;

    private readonly (long Slot, uint Count)[] _minutes = new (long, uint)[Minutes];
    private readonly (long Slot, uint Count)[] _hours = new (long, uint)[Hours];

    public long Total { get; private set; }

    /// <param name="now">The collector's clock, nanoseconds.</param>
    public void Add(long now)
    {
        Total++;
        Add(_minutes, now / Minute);
        Add(_hours, now / Hour);
    }

    public ulong LastHour(long now) => Sum(_minutes, now / Minute);

    public ulong LastDay(long now) => Sum(_hours, now / Hour);

    /// <summary>The last 24 hours, oldest first, the last one being the hour that runs.</summary>
    public IEnumerable<ulong> ByHour(long now)
    {
        var hour = now / Hour;
        for (var slot = hour - Hours + 1; slot <= hour; slot++)
        {
            var (held, count) = _hours[slot % Hours];
            yield return held == slot ? count : 0;
        }
    }

    private static void Add((long Slot, uint Count)[] ring, long slot)
    {
        ref var place = ref ring[slot % ring.Length];
        place = place.Slot == slot ? (slot, place.Count + 1) : (slot, 1);
    }

    private static ulong Sum((long Slot, uint Count)[] ring, long slot)
    {
        ulong sum = 0;
        foreach (var (held, count) in ring)
        {
            sum += held > slot - ring.Length && held <= slot ? count : 0;
        }

        return sum;
    }
}
