namespace SensorNet.Sensor.Uplink;

/// <summary>A token bucket of one second: how long to wait before so many octets may go. Not thread-safe.</summary>
/// <param name="octetsPerSecond">0: no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class BandwidthCap(long octetsPerSecond, TimeProvider time)
{
    private double _tokens = octetsPerSecond;
    private long _last = time.GetTimestamp();

    /// <summary>Takes the octets and tells how long to wait first.</summary>
    public TimeSpan Take(int octets)
    {
        if (octetsPerSecond == 0)
        {
            return TimeSpan.Zero;
        }

        var now = time.GetTimestamp();
        _tokens = Math.Min(octetsPerSecond, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * octetsPerSecond));
        _last = now;
        _tokens -= octets;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / octetsPerSecond);
    }
}
