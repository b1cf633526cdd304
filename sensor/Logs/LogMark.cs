using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// A place in a source: reading goes back to <see cref="Offset"/> and gives all events from there but the first
/// <see cref="Skip"/>. As octets (little-endian): version 1, source u64, generation u32, device u64, inode u64, fingerprint
/// length u32, fingerprint u64, offset i64, skip u32; for sources that are no files a cursor in UTF-8 follows.
/// </summary>
internal sealed record LogMark
{
    private const byte Version = 1;
    private const int FixedLength = 1 + 8 + 4 + 8 + 8 + 4 + 8 + 8 + 4;
    private const int MaxCursor = 512;

    /// <summary>Which source, by <see cref="SourceKey"/>.</summary>
    public required ulong Source { get; init; }

    /// <summary>Counts the files that the source's name stood for, so that of two marks the later is known.</summary>
    public uint Generation { get; init; }

    public ulong Device { get; init; }

    public ulong Inode { get; init; }

    /// <summary>How many octets at the file's start the fingerprint covers.</summary>
    public uint FingerprintLength { get; init; }

    public ulong Fingerprint { get; init; }

    public long Offset { get; init; }

    public uint Skip { get; init; }

    public string Cursor { get; init; } = "";

    public static ulong SourceKey(string source) => Hash(Encoding.UTF8.GetBytes(source));

    public static ulong Hash(ReadOnlySpan<byte> octets)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(octets, digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    /// <summary>Whether this place comes after the other in the same source.</summary>
    public bool IsAfter(LogMark other) =>
        (Generation, Offset, Skip).CompareTo((other.Generation, other.Offset, other.Skip)) > 0;

    public byte[] Encode()
    {
        var cursor = Encoding.UTF8.GetBytes(Cursor);
        var octets = new byte[FixedLength + cursor.Length];
        var span = octets.AsSpan();
        span[0] = Version;
        BinaryPrimitives.WriteUInt64LittleEndian(span[1..], Source);
        BinaryPrimitives.WriteUInt32LittleEndian(span[9..], Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(span[13..], Device);
        BinaryPrimitives.WriteUInt64LittleEndian(span[21..], Inode);
        BinaryPrimitives.WriteUInt32LittleEndian(span[29..], FingerprintLength);
        BinaryPrimitives.WriteUInt64LittleEndian(span[33..], Fingerprint);
        BinaryPrimitives.WriteInt64LittleEndian(span[41..], Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(span[49..], Skip);
        cursor.CopyTo(span[FixedLength..]);
        return octets;
    }

    /// <summary>Null for octets that are no mark.</summary>
    public static LogMark? Decode(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < FixedLength || octets.Length > FixedLength + MaxCursor || octets[0] != Version)
        {
            return null;
        }

        var offset = BinaryPrimitives.ReadInt64LittleEndian(octets[41..]);
        return offset < 0 ? null : new LogMark
        {
            Source = BinaryPrimitives.ReadUInt64LittleEndian(octets[1..]),
            Generation = BinaryPrimitives.ReadUInt32LittleEndian(octets[9..]),
            Device = BinaryPrimitives.ReadUInt64LittleEndian(octets[13..]),
            Inode = BinaryPrimitives.ReadUInt64LittleEndian(octets[21..]),
            FingerprintLength = BinaryPrimitives.ReadUInt32LittleEndian(octets[29..]),
            Fingerprint = BinaryPrimitives.ReadUInt64LittleEndian(octets[33..]),
            Offset = offset,
            Skip = BinaryPrimitives.ReadUInt32LittleEndian(octets[49..]),
            Cursor = Encoding.UTF8.GetString(octets[FixedLength..]),
        };
    }
}
