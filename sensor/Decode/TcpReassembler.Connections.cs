namespace SensorNet.Sensor.Decode;

/// <summary>What is told of the connections themselves, both directions together.</summary>
internal sealed partial class TcpReassembler
{
    private void Report(ConnectionEvent what, in StreamKey key, StreamSide side, ushort vlan, ushort tlsVersion = 0, ushort tlsCipher = 0) =>
        _decoder.ReportConnection(new ConnectionChange
        {
            Event = what, Time = _time, Key = key, Side = side, Vlan = vlan, TlsVersion = tlsVersion, TlsCipher = tlsCipher,
        });

    private void ReportReset(in StreamKey key, TcpStream? stream, ushort vlan)
    {
        // An RST to a SYN: the other direction has begun and nothing else was seen of the connection.
        if (stream is null && _byKey.TryGetValue(key.Reversed(), out var other) && other is { Side: StreamSide.Client, Used: false })
        {
            Close(other);
            Report(ConnectionEvent.Refused, key, StreamSide.Server, vlan);
            return;
        }

        Report(ConnectionEvent.Reset, key, stream?.Side ?? OppositeOf(key), vlan);
    }

    /// <summary>The side of a direction of which only the other one is known.</summary>
    private StreamSide OppositeOf(in StreamKey key) =>
        !_byKey.TryGetValue(key.Reversed(), out var other) ? StreamSide.Unknown
        : other.Side switch
        {
            StreamSide.Client => StreamSide.Server,
            StreamSide.Server => StreamSide.Client,
            _ => StreamSide.Unknown,
        };
}
