using System.Buffers.Binary;
using Google.Protobuf;
using SensorNet.Collector.Storage.Zstd;
using SensorNet.V1;

namespace SensorNet.Collector.Storage;

/// <summary>
/// Up to 32 encoded events, decompressed. Reused from block to block; not thread-safe.
/// </summary>
/// <remarks>
/// On the disk: version u8 (1), reserved u8, count u16, dictionary u32 (0: none), raw length u32, earliest and latest
/// event time i64 each, all little-endian; then the zstd frame of the events, each with its length as a varint in front.
/// </remarks>
internal sealed class EventBlock : IDisposable
{
    public const int HeaderLength = 28;
    public const byte Version = 1;

    /// <summary>A block longer than this when decompressed is damage: 32 events of at most 4 MiB.</summary>
    public const int MaxRawLength = StoreKeys.BlockEvents * (4 << 20);

    private readonly int[] offsets = new int[StoreKeys.BlockEvents];
    private readonly int[] lengths = new int[StoreKeys.BlockEvents];
    private readonly ZstdCodec codec = new();
    private byte[] raw = [];
    private int rawLength;

    public uint Segment { get; private set; }

    public int Ordinal { get; private set; }

    public int Count { get; private set; }

    /// <summary>Bytes on the disk.</summary>
    public int StoredLength { get; private set; }

    /// <summary>All events' bytes, with their length prefixes.</summary>
    public ReadOnlySpan<byte> Raw => raw.AsSpan(0, rawLength);

    public static void WriteHeader(Span<byte> header, int count, uint dictionary, int rawLength, long earliest, long latest)
    {
        header[0] = Version;
        header[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], dictionary);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)rawLength);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], earliest);
        BinaryPrimitives.WriteInt64LittleEndian(header[20..], latest);
    }

    /// <summary>Count, earliest and latest event time of a stored block, without decompressing it.</summary>
    /// <exception cref="InvalidDataException">It is no block of this version.</exception>
    public static (int Count, long Earliest, long Latest) ReadHeader(ReadOnlySpan<byte> stored)
    {
        if (stored.Length < HeaderLength || stored[0] != Version)
        {
            throw new InvalidDataException("A stored block has no valid header.");
        }

        return (
            BinaryPrimitives.ReadUInt16LittleEndian(stored[2..]),
            BinaryPrimitives.ReadInt64LittleEndian(stored[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(stored[20..]));
    }

    /// <summary>Decompresses a stored block.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Load(uint segment, int ordinal, ReadOnlySpan<byte> stored, DictionarySet dictionaries)
    {
        var (count, _, _) = ReadHeader(stored);
        var dictionary = BinaryPrimitives.ReadUInt32LittleEndian(stored[4..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(stored[8..]);
        if (count > StoreKeys.BlockEvents || length > MaxRawLength)
        {
            throw new InvalidDataException("A stored block has an impossible header.");
        }

        if (raw.Length < length)
        {
            raw = new byte[Math.Max((int)length, 64 << 10)];
        }

        Count = 0;
        StoredLength = stored.Length;
        Segment = segment;
        Ordinal = ordinal;
        rawLength = codec.Decompress(stored[HeaderLength..], raw.AsSpan(0, (int)length), dictionaries.Get(dictionary));
        if (rawLength != length)
        {
            throw new InvalidDataException("A stored block is shorter than it says.");
        }

        var at = 0;
        for (var i = 0; i < count; i++)
        {
            if (!TryReadLength(ref at, out lengths[i]))
            {
                throw new InvalidDataException("A stored block's events do not fit in it.");
            }

            offsets[i] = at;
            at += lengths[i];
        }

        Count = count;
    }

    /// <summary>The bytes of one event.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => raw.AsSpan(offsets[index], lengths[index]);

    /// <summary>One event, decoded anew at every call.</summary>
    public Event Parse(int index) => Event.Parser.ParseFrom(raw, offsets[index], lengths[index]);

    /// <summary>One event's type, without decoding the event: it is among the first fields, and fields are written in the order of their numbers.</summary>
    public EventType TypeOf(int index)
    {
        using var input = new CodedInputStream(raw, offsets[index], lengths[index]);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == Event.TypeFieldNumber)
            {
                return (EventType)input.ReadEnum();
            }

            input.SkipLastField();
        }

        return EventType.Unspecified;
    }

    public ulong PositionOf(int index) => StoreKeys.Position(Segment, (Ordinal * StoreKeys.BlockEvents) + index);

    public void Dispose() => codec.Dispose();

    private bool TryReadLength(ref int at, out int length)
    {
        uint value = 0;
        length = 0;
        for (var shift = 0; shift < 35 && at < rawLength; shift += 7)
        {
            var b = raw[at++];
            value |= (uint)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                length = (int)value;
                return value <= (uint)(rawLength - at);
            }
        }

        return false;
    }
}
