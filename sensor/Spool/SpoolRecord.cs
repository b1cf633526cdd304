using System.Buffers.Binary;

namespace SensorNet.Sensor.Spool;

/// <summary>
/// One record of a spool segment, little-endian:
/// <code>
/// 0   u32  length of mark and event together
/// 4   u32  CRC-32C of everything after this field
/// 8   u64  sequence; for a record without an event: of the event before it
/// 16  u16  length of the mark (0: none)
/// 18       mark: where its source's reader stands once this event is safe; opaque here
///          event: protobuf; empty in a record that carries a mark alone
/// </code>
/// A length of zero is never valid, so that a tail of zero octets (left by a power cut) is not taken for records.
/// </summary>
internal static class SpoolRecord
{
    public const int HeaderLength = 18;
    public const int MaxMarkLength = 1024;
    public const int MaxEventLength = 1 << 20;

    /// <summary>Octets that a record of these parts takes.</summary>
    public static int Size(int markLength, int eventLength) => HeaderLength + markLength + eventLength;

    /// <summary>Finishes a record whose mark and event are already in place behind the header.</summary>
    /// <param name="record">Exactly the record.</param>
    /// <param name="seq">The event's sequence.</param>
    /// <param name="markLength">Octets of the mark.</param>
    public static void Seal(Span<byte> record, ulong seq, int markLength)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(record.Length - HeaderLength));
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], seq);
        BinaryPrimitives.WriteUInt16LittleEndian(record[16..], (ushort)markLength);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Compute(record[8..]));
    }

    /// <summary>Reads the record at the start of <paramref name="octets"/>.</summary>
    /// <param name="octets">What was read so far; may end anywhere.</param>
    /// <param name="record">The record's place, when the status is <see cref="SpoolRecordStatus.Whole"/>.</param>
    public static SpoolRecordStatus Read(ReadOnlySpan<byte> octets, out SpoolRecordView record)
    {
        record = default;
        if (octets.Length < HeaderLength)
        {
            return SpoolRecordStatus.Short;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(octets);
        var markLength = BinaryPrimitives.ReadUInt16LittleEndian(octets[16..]);
        if (length is 0 or > MaxEventLength + MaxMarkLength || markLength > MaxMarkLength || markLength > length)
        {
            return SpoolRecordStatus.Damaged;
        }

        var size = HeaderLength + (int)length;
        if (octets.Length < size)
        {
            return SpoolRecordStatus.Short;
        }

        if (Crc32C.Compute(octets[8..size]) != BinaryPrimitives.ReadUInt32LittleEndian(octets[4..]))
        {
            return SpoolRecordStatus.Damaged;
        }

        record = new SpoolRecordView(
            BinaryPrimitives.ReadUInt64LittleEndian(octets[8..]),
            octets.Slice(HeaderLength, markLength),
            octets[(HeaderLength + markLength)..size],
            size);
        return SpoolRecordStatus.Whole;
    }
}
