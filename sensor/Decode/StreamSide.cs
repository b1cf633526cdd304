namespace SensorNet.Sensor.Decode;

/// <summary>Which end of a TCP connection sent something.</summary>
internal enum StreamSide : byte
{
    /// <summary>The connection's start was not seen, or there is no connection.</summary>
    Unknown,

    /// <summary>The end that opened the connection.</summary>
    Client,
    Server,
}
