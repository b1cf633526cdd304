using System.Text;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Tests.Decode;

/// <summary>A datagram with its payload copied.</summary>
internal sealed record Received(
    long Time,
    string Source,
    ushort SourcePort,
    string Destination,
    ushort DestinationPort,
    TransportKind Transport,
    byte[] Payload,
    ushort Vlan,
    TunnelKind Tunnel,
    uint TunnelId,
    bool AfterGap,
    bool Truncated)
{
    public string Text => Encoding.Latin1.GetString(Payload);
}
