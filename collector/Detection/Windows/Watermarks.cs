namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// How far each sensor's event time has come. What is older than the lowest of them, less the allowed lateness, has
/// surely arrived. A sensor that has been silent for a minute of the collector's clock holds nothing back.
/// </summary>
/// <param name="lateness">The allowed lateness, nanoseconds.</param>
internal sealed class Watermarks(long lateness)
{
    private const long Second = 1_000_000_000;
    public const long UsualLateness = 5 * Second;
    private const long SilentAfter = 60 * Second;

    private readonly Dictionary<string, Mark> _sensors = new(StringComparer.Ordinal);
    private long _recomputeAt;
    private long _low = long.MinValue;
    private long _newest = long.MinValue;
    private long _newestArrived;

    /// <summary>Everything before this has arrived, of every sensor that speaks; <see cref="long.MinValue"/> before the first event.</summary>
    public long Low => _low == long.MinValue ? _low : _low - lateness;

    /// <summary>Event time as it is now: the newest of any sensor, going on with the collector's clock.</summary>
    /// <param name="now">The collector's clock.</param>
    public long At(long now) => _newest == long.MinValue ? now : _newest + Math.Max(0, now - _newestArrived);

    /// <param name="sensor">The sensor.</param>
    /// <param name="time">The event's time.</param>
    /// <param name="now">The collector's clock.</param>
    public void Observe(string sensor, long time, long now)
    {
        ref var mark = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_sensors, sensor, out var known);
        mark.Time = known ? Math.Max(mark.Time, time) : time;
        mark.Arrived = now;
        if (time >= _newest)
        {
            (_newest, _newestArrived) = (time, now);
        }

        if (_sensors.Count == 1)
        {
            _low = mark.Time;
        }
        else if (now >= _recomputeAt || !known)
        {
            Recompute(now);
        }
    }

    /// <summary>Looks at the sensors' silence again. A tenth of a second between two computations is exact enough.</summary>
    public void Recompute(long now)
    {
        _recomputeAt = now + (Second / 10);
        var low = long.MaxValue;
        foreach (var (_, mark) in _sensors)
        {
            if (now - mark.Arrived < SilentAfter)
            {
                low = Math.Min(low, mark.Time);
            }
        }

        if (low != long.MaxValue)
        {
            _low = low;
        }

        if (_sensors.Count > 10_000)
        {
            foreach (var sensor in _sensors.Where(s => now - s.Value.Arrived >= SilentAfter).Select(s => s.Key).ToList())
            {
                _sensors.Remove(sensor);
            }
        }
    }

    private struct Mark
    {
        public long Time;
        public long Arrived;
    }
}
