namespace SensorNet.Sensor.Uplink;

/// <summary>
/// Notices that the wall clock was set: it moved differently from the clock that only counts. Numbers, timers and the
/// spool do not depend on the wall clock; the times in events do, which is why a jump is told.
/// </summary>
internal sealed class ClockWatch(TimeProvider time)
{
    public static readonly TimeSpan Threshold = TimeSpan.FromSeconds(2);

    private DateTimeOffset _wall = time.GetUtcNow();
    private long _steady = time.GetTimestamp();

    /// <summary>How far the clock was set since the last look, forwards or back; null when it was not.</summary>
    public TimeSpan? Check()
    {
        var wall = time.GetUtcNow();
        var steady = time.GetTimestamp();
        var jump = (wall - _wall) - time.GetElapsedTime(_steady, steady);
        _wall = wall;
        _steady = steady;
        return jump.Duration() > Threshold ? jump : null;
    }
}
