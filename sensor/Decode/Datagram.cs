namespace SensorNet.Sensor.Decode;

/// <summary>What carried a payload.</summary>
internal enum TransportKind : byte
{
    Unknown,
    Udp,
    Tcp,
    Tls,
    Ws,
    Wss,
    Sctp,
}

/// <summary>How a packet was wrapped before it reached us.</summary>
internal enum TunnelKind : byte
{
    None,
    Vxlan,
    Gre,
    Erspan,
    IpInIp,
    Gtp,
    Hep,
}

/// <summary>
/// What decoding hands on: one UDP payload, or one whole message cut out of a TCP or WebSocket stream, with the
/// innermost addresses. The payload is a view into the capture buffer and is valid only during the call that got it.
/// </summary>
internal readonly ref struct Datagram
{
    /// <summary>Packet time, nanoseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    public required IpAddress128 Source { get; init; }

    public required IpAddress128 Destination { get; init; }

    public required ushort SourcePort { get; init; }

    public required ushort DestinationPort { get; init; }

    public required TransportKind Transport { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Outermost VLAN id, 0 when untagged.</summary>
    public ushort Vlan { get; init; }

    public TunnelKind Tunnel { get; init; }

    /// <summary>VXLAN VNI, GRE key, ERSPAN session, GTP TEID or HEP capture id.</summary>
    public uint TunnelId { get; init; }

    /// <summary>Which end of a TCP connection sent it.</summary>
    public StreamSide Side { get; init; }

    /// <summary>True when the stream lost octets before this message (TCP gap): what follows may be partial.</summary>
    public bool AfterGap { get; init; }

    /// <summary>True when the end of the payload is missing: cut by the capture's snap length, lost fragments or a closed stream.</summary>
    public bool Truncated { get; init; }
}
