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
    private const int HoursKept = 24;

    private readonly (long Slot, uint Count)[] _minutes = new (long, uint)[Minutes];
    private readonly (long Slot, uint Count)[] _hours = new (long, uint)[HoursKept];

    private long _slotEnd;
    private int _minute;
    private int _hour;

    public long Total { get; private set; }

    /// <param name="now">The collector's clock, nanoseconds.</param>
    public void Add(long now)
    {
        Total++;
        if (now >= _slotEnd || now < _slotEnd - Minute)
        {
            _slotEnd = ((now / Minute) + 1) * Minute;
            _minute = SlotOf(_minutes, now / Minute);
            _hour = SlotOf(_hours, now / Hour);
        }

        _minutes[_minute].Count++;
        _hours[_hour].Count++;
    }

    public ulong LastHour(long now) => Sum(_minutes, now / Minute);

    public ulong LastDay(long now) => Sum(_hours, now / Hour);

    /// <summary>The last 24 hours, oldest first, the last one being the hour that runs.</summary>
    public IEnumerable<ulong> ByHour(long now)
    {
        var hour = now / Hour;
        for (var slot = hour - HoursKept + 1; slot <= hour; slot++)
        {
            var (held, count) = _hours[slot % HoursKept];
            yield return held == slot ? count : 0;
        }
    }

    /// <summary>The slot's place in the ring, emptied when it still held an older one's count.</summary>
    private static int SlotOf((long Slot, uint Count)[] ring, long slot)
    {
        var place = (int)(slot % ring.Length);
        ring[place] = ring[place].Slot == slot ? ring[place] : (slot, 0);
        return place;
    }

    /// <summary>The hours that have any, as pairs of the hour and its count, for <see cref="Restore"/>.</summary>
    public IEnumerable<ulong> Hours => _hours.Where(h => h.Count > 0).SelectMany(h => new[] { (ulong)h.Slot, h.Count });

    public void Restore(IReadOnlyList<ulong> hours)
    {
        for (var i = 0; i + 1 < hours.Count; i += 2)
        {
            _hours[(int)(hours[i] % HoursKept)] = ((long)hours[i], (uint)hours[i + 1]);
        }
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
