namespace SensorNet.Sensor.Decode;

/// <summary>What became of a TCP connection.</summary>
internal enum ConnectionEvent : byte
{
    /// <summary>The server has chosen the TLS version and cipher.</summary>
    Secured,

    /// <summary>The sender will send no more (FIN).</summary>
    Finished,

    /// <summary>The sender has broken the connection off (RST).</summary>
    Reset,

    /// <summary>The sender does not take the connection: nobody listens there (RST to the first packet).</summary>
    Refused,
}
