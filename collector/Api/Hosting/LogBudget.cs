namespace SensorNet.Collector.Api.Hosting;

/// <summary>So many log lines a minute for what strangers can cause; the rest is counted. Thread-safe.</summary>
internal sealed class LogBudget(TimeProvider clock, int perMinute)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _minute;
    private int _said;
    private int _unsaid;

    /// <param name="unsaid">How many lines were left out since the last one.</param>
    public bool Take(out int unsaid)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now - _minute >= TimeSpan.FromMinutes(1))
            {
                _minute = now;
                _said = 0;
            }

            if (_said >= perMinute)
            {
                _unsaid++;
                unsaid = 0;
                return false;
            }

            _said++;
            unsaid = _unsaid;
            _unsaid = 0;
            return true;
        }
    }
}
