namespace SensorNet.Sensor.Uplink;

/// <summary>Every counter of the sensor by name, gathered from those who keep them. Thread-safe.</summary>
internal sealed class SensorCounters(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<Action<IDictionary<string, ulong>>> _sources = [];
    private long _since = time.GetTimestamp();
    private TimeSpan _used = Environment.CpuUsage.TotalTime;

    public void Add(Action<IDictionary<string, ulong>> source)
    {
        lock (_gate)
        {
            _sources.Add(source);
        }
    }

    public void CopyTo(IDictionary<string, ulong> totals)
    {
        lock (_gate)
        {
            foreach (var source in _sources)
            {
                source(totals);
            }
        }
    }

    /// <summary>Percent of one core used since the last call.</summary>
    public double CpuPercent()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var used = Environment.CpuUsage.TotalTime;
            var elapsed = time.GetElapsedTime(_since, now);
            var percent = elapsed > TimeSpan.Zero ? (used - _used) / elapsed * 100 : 0;
            _since = now;
            _used = used;
            return Math.Round(percent, 2);
        }
    }
}
