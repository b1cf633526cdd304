namespace SensorNet.Sensor.Decode;

/// <summary>Whether octets begin with a SIP start line.</summary>
internal enum StartLineMatch : byte
{
    No,
    Yes,

    /// <summary>So far they may; the line is not complete.</summary>
    NeedMore,
}
