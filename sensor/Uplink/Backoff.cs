namespace SensorNet.Sensor.Uplink;

/// <summary>
/// How long to wait before the next attempt to connect: the first retry is quick, then 1 s, times 1.6 each time, to at
/// most 120 s, each 20 % more or less by chance, so that a fleet does not come back at one moment. Not thread-safe.
/// </summary>
internal sealed class Backoff(Random random)
{
    private const double Factor = 1.6;
    private const double Jitter = 0.2;

    public static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan Base = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(120);

    private int _failures;

    /// <summary>The time to wait after one more failure.</summary>
    public TimeSpan Next()
    {
        var plain = _failures == 0
            ? Quick
            : TimeSpan.FromSeconds(Math.Min(Cap.TotalSeconds, Base.TotalSeconds * Math.Pow(Factor, _failures - 1)));
        _failures = Math.Min(_failures + 1, 64);
        return plain * (1 - Jitter + (2 * Jitter * random.NextDouble()));
    }

    /// <summary>The connection was good: begin anew.</summary>
    public void Reset() => _failures = 0;
}
