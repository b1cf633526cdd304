namespace SensorNet.Sensor.Spool;

/// <summary>A whole record, as views into the octets it was read from.</summary>
internal readonly ref struct SpoolRecordView(ulong seq, ReadOnlySpan<byte> mark, ReadOnlySpan<byte> payload, int size)
{
    public ulong Seq { get; } = seq;

    public ReadOnlySpan<byte> Mark { get; } = mark;

    /// <summary>The event's protobuf; empty when the record carries a mark alone.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Octets of the whole record.</summary>
    public int Size { get; } = size;

    public bool IsEvent => !Payload.IsEmpty;
}
