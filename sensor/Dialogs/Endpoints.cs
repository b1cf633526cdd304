using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Who sent a request to whom, by the IP header, and how it travelled.</summary>
internal readonly record struct Endpoints(
    IpAddress128 Source,
    IpAddress128 Destination,
    ushort SourcePort,
    ushort DestinationPort,
    TransportKind Transport,
    TunnelKind Tunnel,
    ushort Vlan,
    uint TunnelId)
{
    public static Endpoints Of(in Datagram d) =>
        new(d.Source, d.Destination, d.SourcePort, d.DestinationPort, d.Transport, d.Tunnel, d.Vlan, d.TunnelId);

    /// <summary>The same way back.</summary>
    public Endpoints Reversed() => this with { Source = Destination, Destination = Source, SourcePort = DestinationPort, DestinationPort = SourcePort };

    /// <summary>Of the request that a reply answers.</summary>
    public static Endpoints Reversed(in Datagram d) =>
        new(d.Destination, d.Source, d.DestinationPort, d.SourcePort, d.Transport, d.Tunnel, d.Vlan, d.TunnelId);
}
