namespace SensorNet.Sensor.Decode;

/// <summary>A change of a TCP connection on a watched port, with the addresses of the packet that showed it.</summary>
internal readonly record struct ConnectionChange
{
    public required ConnectionEvent Event { get; init; }

    /// <summary>Packet time, nanoseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    public required StreamKey Key { get; init; }

    /// <summary>Which end sent that packet.</summary>
    public StreamSide Side { get; init; }

    public ushort Vlan { get; init; }

    /// <summary>Version and cipher suite as in the server's hello (RFC 8446 section 4.1.3), for <see cref="ConnectionEvent.Secured"/>.</summary>
    public ushort TlsVersion { get; init; }

    public ushort TlsCipher { get; init; }
}
