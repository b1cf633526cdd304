namespace SensorNet.Sensor.Decode;

/// <summary>The control bits of a TCP header that matter here (RFC 9293 section 3.1).</summary>
[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Rst = 4,
    Ack = 16,
}
