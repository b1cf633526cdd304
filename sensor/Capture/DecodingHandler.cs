using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>Puts a decoder behind a packet source.</summary>
internal sealed class DecodingHandler(PacketDecoder decoder) : IPacketHandler
{
    public void OnPacket(in CapturedPacket packet) => decoder.Decode(packet);

    public void OnIdle(long time) => decoder.Idle(time);
}
