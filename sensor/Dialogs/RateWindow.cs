namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// A sliding count over one window: this window's count plus the share of the last one that still overlaps. Tells when
/// the limit is passed, and again at 2, 4, 8 ... times the limit.
/// </summary>
internal struct RateWindow
{
    private uint _window;
    private uint _current;
    private uint _previous;

    /// <summary>Count since the limit was passed, until recovery.</summary>
    public uint Total;

    /// <summary>The multiple that was last told, 0 while below the limit.</summary>
    public uint Multiple;

    /// <summary>Counts one. True when a multiple of the limit is passed that was not told yet.</summary>
    public bool Add(long now, RatePlan plan, out ulong count)
    {
        Move(plan.NumberAt(now));
        _current++;
        if (Multiple > 0)
        {
            Total += Total < uint.MaxValue ? 1U : 0U;
        }

        var limit = (ulong)plan.Limit.Limit;
        var next = Multiple == 0 ? 1UL : Multiple * 2UL;
        count = (ulong)_current + _previous;
        if (count <= next * limit || next > uint.MaxValue)
        {
            return false;
        }

        count = Estimate(now, plan.Window);
        if (count <= next * limit)
        {
            return false;
        }

        if (Multiple == 0)
        {
            Total = (uint)Math.Min(count, uint.MaxValue);
        }

        Multiple = (uint)next;
        return true;
    }

    /// <summary>True once when the count has come back to the limit.</summary>
    public bool TryRecover(long now, RatePlan plan, out ulong total)
    {
        total = Total;
        if (Multiple == 0)
        {
            return false;
        }

        Move(plan.NumberAt(now));
        if (Estimate(now, plan.Window) > (ulong)plan.Limit.Limit)
        {
            return false;
        }

        Multiple = 0;
        Total = 0;
        return true;
    }

    private void Move(uint number)
    {
        if (number == _window)
        {
            return;
        }

        _previous = number == _window + 1 ? _current : 0;
        _current = 0;
        _window = number;
    }

    private readonly ulong Estimate(long now, long window)
    {
        var left = window - (now % window);
        return _current + (ulong)((double)_previous * left / window);
    }
}
