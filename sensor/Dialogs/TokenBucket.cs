namespace SensorNet.Sensor.Dialogs;

/// <summary>Lets a burst through, then so many a second of packet time.</summary>
internal struct TokenBucket
{
    private long _last;
    private float _used;
    private uint _heldBack;

    /// <summary>True when one more may pass; the number that was held back since the last one that passed comes with it.</summary>
    public bool TryTake(long now, int burst, double perSecond, out uint heldBack)
    {
        _used = (float)Math.Max(0, _used - ((now - _last) * 1e-9 * perSecond));
        _last = now;
        if (_used + 1 > burst)
        {
            _heldBack++;
            heldBack = 0;
            return false;
        }

        _used++;
        heldBack = _heldBack;
        _heldBack = 0;
        return true;
    }
}
