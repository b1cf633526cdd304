namespace SensorNet.Sensor.Spool;

/// <summary>Where a sequence is to be read from.</summary>
internal enum SpoolPlace : byte
{
    /// <summary>It does not exist yet.</summary>
    End,
    Segment,
    Memory,
}
