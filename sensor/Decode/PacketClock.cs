namespace SensorNet.Sensor.Decode;

/// <summary>
/// The time that packets have reached. Packets out of order do not move it back; a clock that was set back (by the host's
/// time service, or where an older capture follows) does, once <see cref="Packets"/> in a row lie behind.
/// </summary>
internal struct PacketClock
{
    /// <summary>Less than this is disorder, not another time, ns.</summary>
    public const long Step = 10_000_000_000;
    private const int Packets = 64;
    private int _behind;

    /// <summary>Nanoseconds since 1970 UTC, 0 before the first packet.</summary>
    public long Now { get; private set; }

    public long Advance(long time)
    {
        if (time >= Now - Step)
        {
            _behind = 0;
            Now = Math.Max(Now, time);
        }
        else if (++_behind >= Packets)
        {
            _behind = 0;
            Now = time;
        }

        return Now;
    }
}
