namespace SensorNet.Sensor.Decode;

/// <summary>What the configuration expects on the ports of a TCP connection.</summary>
[Flags]
internal enum StreamPorts : byte
{
    None = 0,
    Sip = 1,
    Tls = 2,
    WebSocket = 4,
    Hep = 8,
}
