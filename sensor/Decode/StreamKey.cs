namespace SensorNet.Sensor.Decode;

/// <summary>One direction of a TCP connection, and the tunnel it was seen in.</summary>
internal readonly record struct StreamKey(
    IpAddress128 Source, IpAddress128 Destination, ushort SourcePort, ushort DestinationPort, TunnelKind Tunnel, uint TunnelId)
{
    /// <summary>The other direction.</summary>
    public StreamKey Reversed() => new(Destination, Source, DestinationPort, SourcePort, Tunnel, TunnelId);
}
