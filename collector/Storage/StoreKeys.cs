using System.Buffers.Binary;

namespace SensorNet.Collector.Storage;

/// <summary>
/// Keys on the disk. Everything is big-endian, so that key order is number order, and every key of every table begins
/// with the partition number (u16; always 0 in an embedded store).
/// </summary>
internal static class StoreKeys
{
    public const int PartitionLength = 2;
    public const int BlockLength = PartitionLength + 6;

    /// <summary>Events in a block. Part of the format: a position tells its block by it.</summary>
    public const int BlockEvents = 32;

    /// <summary>The embedded store's only partition.</summary>
    public const ushort Partition = 0;

    /// <summary>An event's position: segment u32, row in the segment u32. Grows with arrival; never 0.</summary>
    public static ulong Position(uint segment, int row) => ((ulong)segment << 32) | (uint)row;

    public static uint SegmentOf(ulong position) => (uint)(position >> 32);

    /// <summary>The row in the segment. A position that no store made may hold any value.</summary>
    public static uint RowOf(ulong position) => (uint)position;

    /// <summary>Table Blocks: partition u16, segment u32, ordinal u16 (row / 32).</summary>
    public static void WriteBlock(Span<byte> key, uint segment, ushort ordinal)
    {
        BinaryPrimitives.WriteUInt16BigEndian(key, Partition);
        BinaryPrimitives.WriteUInt32BigEndian(key[2..], segment);
        BinaryPrimitives.WriteUInt16BigEndian(key[6..], ordinal);
    }

    /// <summary>Partition and segment, where a segment's keys begin in Blocks and SegmentIndex.</summary>
    public static byte[] Segment(uint segment)
    {
        var key = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(key, Partition);
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(2), segment);
        return key;
    }

    /// <summary>The key with the partition in front.</summary>
    public static byte[] Row(ReadOnlySpan<byte> key)
    {
        var full = new byte[PartitionLength + key.Length];
        BinaryPrimitives.WriteUInt16BigEndian(full, Partition);
        key.CopyTo(full.AsSpan(PartitionLength));
        return full;
    }

    /// <summary>The first key after all those that begin with <paramref name="prefix"/>; empty when there is none.</summary>
    public static byte[] After(ReadOnlySpan<byte> prefix)
    {
        for (var i = prefix.Length - 1; i >= 0; i--)
        {
            if (prefix[i] != 0xFF)
            {
                var end = prefix[..(i + 1)].ToArray();
                end[i]++;
                return end;
            }
        }

        return [];
    }
}
