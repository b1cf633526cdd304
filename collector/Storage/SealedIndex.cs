using System.Buffers.Binary;
using SensorNet.Collector.Storage.RocksDb;

namespace SensorNet.Collector.Storage;

/// <summary>
/// The stored index of a sealed segment, in table SegmentIndex.
/// </summary>
/// <remarks>
/// Key: partition u16, segment u32, field u8, first term u48 (big-endian). Value: up to 512 terms in rising order, each as
/// the difference from the one before, the number of its blocks, and the blocks as differences, all varints. The row of
/// field 0 has no term and holds the zone map: rows u32, newest ingest time i64, bytes of the blocks i64, then earliest and latest event time i64
/// of each block (little-endian); it is written with the rest, so a segment that has it is sealed.
/// </remarks>
internal static class SealedIndex
{
    private const int TermsPerRow = 512;
    private const int KeyLength = 13;
    private const int ZoneHeader = 20;

    /// <summary>Adds the index of a full segment to the batch.</summary>
    public static void Write(WriteBatch batch, ColumnFamily family, Segment segment, OpenIndex index)
    {
        var row = new VarintBuffer();
        for (var field = IndexField.Type; (int)field < IndexTerms.FieldCount; field++)
        {
            WriteField(batch, family, segment.Number, (byte)field, index.Sorted(field), row);
        }

        var zones = new byte[ZoneHeader + (segment.Blocks * 16)];
        BinaryPrimitives.WriteUInt32LittleEndian(zones, (uint)segment.Rows);
        BinaryPrimitives.WriteInt64LittleEndian(zones.AsSpan(4), segment.LatestIngest);
        BinaryPrimitives.WriteInt64LittleEndian(zones.AsSpan(12), segment.Bytes);
        for (var block = 0; block < segment.Blocks; block++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(zones.AsSpan(ZoneHeader + (block * 16)), segment.EarliestOf(block));
            BinaryPrimitives.WriteInt64LittleEndian(zones.AsSpan(ZoneHeader + 8 + (block * 16)), segment.LatestOf(block));
        }

        batch.Put(family, ZoneKey(segment.Number), zones);
    }

    /// <summary>The sealed segment of that number, or null when it was not sealed.</summary>
    /// <exception cref="InvalidDataException">Its zone map is damaged.</exception>
    public static Segment? ReadZones(RocksDatabase db, ColumnFamily family, uint number)
    {
        var zones = db.Get(family, ZoneKey(number));
        if (zones is null)
        {
            return null;
        }

        var blocks = (zones.Length - ZoneHeader) / 16;
        if (zones.Length < ZoneHeader || zones.Length != ZoneHeader + (blocks * 16) || blocks > BlockSet.Capacity)
        {
            throw new InvalidDataException($"The zone map of segment {number} is damaged.");
        }

        var segment = new Segment(number, blocks)
        {
            Index = null,
            LatestIngest = BinaryPrimitives.ReadInt64LittleEndian(zones.AsSpan(4)),
            Bytes = BinaryPrimitives.ReadInt64LittleEndian(zones.AsSpan(12)),
        };
        for (var block = 0; block < blocks; block++)
        {
            segment.SetBlock(
                block,
                BinaryPrimitives.ReadInt64LittleEndian(zones.AsSpan(ZoneHeader + (block * 16))),
                BinaryPrimitives.ReadInt64LittleEndian(zones.AsSpan(ZoneHeader + 8 + (block * 16))));
        }

        segment.Publish((int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(zones), (uint)(blocks * StoreKeys.BlockEvents)));
        return segment;
    }

    /// <summary>Hands to <paramref name="found"/> the numbers of blocks that may hold a term from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    /// <param name="db">The database.</param>
    /// <param name="family">Table SegmentIndex.</param>
    /// <param name="segment">The segment, or the first one of a merged group.</param>
    /// <param name="field">The field, or the field with <see cref="IndexMerge.Flag"/>.</param>
    /// <param name="low">First term.</param>
    /// <param name="high">Last term.</param>
    /// <param name="found">Called with each block, perhaps repeatedly.</param>
    public static void Find(RocksDatabase db, ColumnFamily family, uint segment, byte field, ulong low, ulong high, Action<int> found)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, segment, field, low);
        var prefix = key[..7];
        using var rows = db.NewIterator(family, prefix, StoreKeys.After(prefix));
        rows.SeekForPrev(key);
        if (!rows.Valid)
        {
            rows.SeekToFirst();
        }

        for (; rows.Valid; rows.Next())
        {
            var first = TermOf(rows.Key);
            if (first > high)
            {
                break;
            }

            FindInRow(rows.Value, first, low, high, found);
        }

        rows.ThrowIfError();
    }

    /// <summary>Adds all pairs of a stored field to <paramref name="pairs"/>, each block number raised by <paramref name="offset"/>.</summary>
    public static void ReadPairs(RocksDatabase db, ColumnFamily family, uint segment, byte field, int offset, List<ulong> pairs)
    {
        byte[] prefix = [.. StoreKeys.Segment(segment), field];
        using var rows = db.NewIterator(family, prefix, StoreKeys.After(prefix), fillCache: false);
        for (rows.SeekToFirst(); rows.Valid; rows.Next())
        {
            var row = rows.Value;
            var term = TermOf(rows.Key);
            while (VarintBuffer.TryRead(ref row, out var difference) && VarintBuffer.TryRead(ref row, out var count))
            {
                term += difference;
                var block = (ulong)offset;
                for (; count > 0 && VarintBuffer.TryRead(ref row, out var step); count--)
                {
                    block += step;
                    pairs.Add((term << 16) | block);
                }
            }
        }

        rows.ThrowIfError();
    }

    private static byte[] ZoneKey(uint segment) => [.. StoreKeys.Segment(segment), (byte)IndexField.ZoneMap];

    private static void WriteKey(Span<byte> key, uint segment, byte field, ulong term)
    {
        BinaryPrimitives.WriteUInt16BigEndian(key, StoreKeys.Partition);
        BinaryPrimitives.WriteUInt32BigEndian(key[2..], segment);
        // The term's upper 16 bits are zero and give way to the field.
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, term);
        wide[2..].CopyTo(key[7..]);
        key[6] = field;
    }

    private static ulong TermOf(ReadOnlySpan<byte> key) =>
        key.Length == KeyLength ? BinaryPrimitives.ReadUInt64BigEndian(key[5..]) & IndexTerms.MaxTerm : ulong.MaxValue;

    /// <summary>Writes one field's pairs (term in the upper 48 bits, block in the lower 16; sorted, each once).</summary>
    public static void WriteField(WriteBatch batch, ColumnFamily family, uint segment, byte field, ReadOnlySpan<ulong> pairs, VarintBuffer row)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        var at = 0;
        while (at < pairs.Length)
        {
            var previous = pairs[at] >> 16;
            WriteKey(key, segment, field, previous);
            row.Clear();
            for (var terms = 0; terms < TermsPerRow && at < pairs.Length; terms++)
            {
                var term = pairs[at] >> 16;
                var end = at;
                while (end < pairs.Length && pairs[end] >> 16 == term)
                {
                    end++;
                }

                row.Write(term - previous);
                row.Write((ulong)(end - at));
                var block = 0UL;
                for (; at < end; at++)
                {
                    row.Write((pairs[at] & 0xFFFF) - block);
                    block = pairs[at] & 0xFFFF;
                }

                previous = term;
            }

            batch.Put(family, key, row.Written);
        }
    }

    private static void FindInRow(ReadOnlySpan<byte> row, ulong term, ulong low, ulong high, Action<int> found)
    {
        while (VarintBuffer.TryRead(ref row, out var difference) && VarintBuffer.TryRead(ref row, out var count))
        {
            term += difference;
            if (term > high)
            {
                return;
            }

            var block = 0UL;
            for (; count > 0 && VarintBuffer.TryRead(ref row, out var step); count--)
            {
                block += step;
                if (term >= low)
                {
                    found((int)block);
                }
            }
        }
    }
}
