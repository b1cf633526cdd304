using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>Takes packets from a <see cref="PacketSource"/>, on that source's thread.</summary>
internal interface IPacketHandler
{
    /// <summary>One packet; its octets must not be kept. Does not throw.</summary>
    void OnPacket(in CapturedPacket packet);

    /// <summary>Nothing arrived for a while and it is now this late (nanoseconds since 1970 UTC).</summary>
    void OnIdle(long time);
}
