using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>Notes the first packet's time and, when asked to, shifts the clock so that it falls on a given moment.</summary>
internal sealed class FirstTimeHandler(IPacketHandler next, PacketDecoder decoder, long? firstPacketAt) : IPacketHandler
{
    private bool _started;

    /// <summary>As recorded; 0 before the first packet.</summary>
    public long FirstTime { get; private set; }

    public void OnPacket(in CapturedPacket packet)
    {
        if (!_started)
        {
            _started = true;
            FirstTime = packet.Time;
            if (firstPacketAt is { } moment)
            {
                decoder.TimeShift = moment - packet.Time;
            }
        }

        next.OnPacket(packet);
    }

    public void OnIdle(long time) => next.OnIdle(time);
}
