using System.Diagnostics;

namespace SensorNet.Sensor.Cli;

/// <summary>
/// Lets several inputs, each read on a thread of its own, go on in the order of the times in them, one at a time, and
/// keeps the pace. The input whose turn it is goes on without a lock until it passes the next one's time.
/// </summary>
/// <param name="starts">The first time in each input, nanoseconds since 1970 UTC; 0 for a single one that is not known beforehand.</param>
/// <param name="speed">0: as fast as possible; else times real time.</param>
/// <param name="cancellation">Ends all waiting.</param>
internal sealed class ReplayClock(IReadOnlyList<long> starts, double speed, CancellationToken cancellation)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private readonly object _gate = new();
    private readonly long[] _next = [.. starts];
    private long _first = starts.Count > 0 ? starts.Min() : 0;
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _turn = -1;
    private long _limit = long.MinValue;

    /// <summary>Waits until everything earlier in the other inputs has been played.</summary>
    /// <returns>False: cancelled.</returns>
    public bool Reach(int input, long time)
    {
        if ((time > Volatile.Read(ref _limit) || _turn != input) && !TakeTurn(input, time))
        {
            return false;
        }

        if (speed > 0)
        {
            Pace(time);
        }

        return true;
    }

    /// <summary>This input has nothing more.</summary>
    public void Done(int input)
    {
        lock (_gate)
        {
            _next[input] = long.MaxValue;
            if (_turn == input || _turn < 0)
            {
                PassOn();
            }
        }
    }

    private bool TakeTurn(int input, long time)
    {
        lock (_gate)
        {
            _next[input] = Math.Max(_next[input], time);
            if (_turn == input || _turn < 0)
            {
                PassOn();
            }

            while (_turn != input)
            {
                if (cancellation.IsCancellationRequested)
                {
                    return false;
                }

                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(100));
            }

            return true;
        }
    }

    // The earliest goes on, as far as the second earliest.
    private void PassOn()
    {
        var earliest = -1;
        var limit = long.MaxValue;
        for (var i = 0; i < _next.Length; i++)
        {
            if (earliest < 0 || _next[i] < _next[earliest])
            {
                limit = earliest < 0 ? limit : Math.Min(limit, _next[earliest]);
                earliest = i;
            }
            else
            {
                limit = Math.Min(limit, _next[i]);
            }
        }

        Volatile.Write(ref _limit, limit);
        if (_turn != earliest)
        {
            _turn = earliest;
            Monitor.PulseAll(_gate);
        }
    }

    // Only the input whose turn it is comes here.
    private void Pace(long time)
    {
        if (_first == 0)
        {
            _first = time;
        }

        var due = TimeSpan.FromTicks((long)((time - _first) / 100 / speed));
        for (var wait = due - Stopwatch.GetElapsedTime(_started); wait > TimeSpan.Zero; wait = due - Stopwatch.GetElapsedTime(_started))
        {
            // A wait handle takes at most 24 days at once.
            if (cancellation.WaitHandle.WaitOne(wait < LongestWait ? wait : LongestWait))
            {
                return;
            }
        }
    }
}
