namespace SensorNet.Sensor.Spool;

/// <summary>What stands at a place in a segment.</summary>
internal enum SpoolRecordStatus : byte
{
    /// <summary>A record whose checksum holds.</summary>
    Whole,

    /// <summary>The octets end before the record does: more must be read, or the last write was torn.</summary>
    Short,

    /// <summary>Not a record: a length out of range or a wrong checksum.</summary>
    Damaged,
}
