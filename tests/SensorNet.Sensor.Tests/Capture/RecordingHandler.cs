using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Tests.Capture;

/// <summary>Keeps a copy of every packet.</summary>
internal sealed class RecordingHandler : IPacketHandler
{
    public List<(long Time, LinkType LinkType, byte[] Data, int OriginalLength)> Packets { get; } = [];

    public void OnPacket(in CapturedPacket packet) =>
        Packets.Add((packet.Time, packet.LinkType, packet.Data.ToArray(), packet.OriginalLength));

    public void OnIdle(long time)
    {
    }
}
