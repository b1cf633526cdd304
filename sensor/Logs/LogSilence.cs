namespace SensorNet.Sensor.Logs;

/// <summary>
/// Knows how often a log usually grows, and when it has been still for too long: 50 times the usual interval, and at least
/// the given time. Told once until it grows again; a log that grew less than 20 times has no usual interval yet.
/// </summary>
internal struct LogSilence
{
    private const int MinGrowths = 20;
    private const int Factor = 50;

    private long _last;
    private double _usualSeconds;
    private int _growths;
    private bool _told;

    public void Grew(TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        if (_growths > 0)
        {
            var seconds = clock.GetElapsedTime(_last, now).TotalSeconds;
            _usualSeconds = _growths == 1 ? seconds : (_usualSeconds * 0.9) + (seconds * 0.1);
        }

        _last = now;
        _growths = Math.Min(_growths + 1, MinGrowths);
        _told = false;
    }

    /// <summary>True once, when the silence has become too long.</summary>
    public bool IsDue(TimeProvider clock, TimeSpan atLeast)
    {
        if (_told || _growths < MinGrowths)
        {
            return false;
        }

        var still = clock.GetElapsedTime(_last);
        _told = still >= atLeast && still.TotalSeconds >= Factor * _usualSeconds;
        return _told;
    }
}
