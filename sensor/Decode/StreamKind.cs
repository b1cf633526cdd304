namespace SensorNet.Sensor.Decode;

/// <summary>What a TCP direction was found to carry.</summary>
internal enum StreamKind : byte
{
    Undecided,
    Sip,
    WebSocket,
    Hep,
    Tls,
}
