using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// Holds packets back until their time has come, at a multiple of real time, and lets the clock go on in between so that
/// timers run when they are due and not with the next packet.
/// </summary>
internal sealed class PacedHandler(IPacketHandler next, double speed, TimeProvider clock, CancellationToken cancellation) : IPacketHandler
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private long _firstTime = -1;
    private long _started;

    public void OnPacket(in CapturedPacket packet)
    {
        if (_firstTime < 0)
        {
            _firstTime = packet.Time;
            _started = clock.GetTimestamp();
        }

        while (!cancellation.IsCancellationRequested)
        {
            var played = (long)(clock.GetElapsedTime(_started).TotalNanoseconds * speed);
            var early = packet.Time - _firstTime - played;
            var wait = TimeSpan.FromTicks((long)(Math.Max(0, early) / speed / 100));
            if (wait < TimeSpan.FromMilliseconds(1))
            {
                break;
            }

            cancellation.WaitHandle.WaitOne(wait < Tick ? wait : Tick);
            if (wait > Tick)
            {
                next.OnIdle(Math.Min(packet.Time, _firstTime + played));
            }
        }

        next.OnPacket(packet);
    }

    public void OnIdle(long time) => next.OnIdle(time);
}
