using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>Only looks at the times of packets.</summary>
internal sealed class TimeSpanHandler : IPacketHandler
{
    public long First { get; private set; } = long.MaxValue;

    public long Last { get; private set; } = long.MinValue;

    public bool Any => Last >= First;

    public void OnPacket(in CapturedPacket packet)
    {
        First = Math.Min(First, packet.Time);
        Last = Math.Max(Last, packet.Time);
    }

    public void OnIdle(long time)
    {
    }
}
