using SensorNet.Collector.Storage.RocksDb;

namespace SensorNet.Collector.Storage;

/// <summary>
/// Merges the indexes of 16 neighbouring sealed segments into one, so that a search through months asks one index in
/// 16. Segments 0-15, 16-31 ... form groups. A merged index has the form of a segment's, under the group's first number, with
/// <see cref="Flag"/> on the field and the segment's place in the group in the upper 4 of a block's 16 bits.
/// </summary>
internal static class IndexMerge
{
    public const int GroupSize = 16;

    /// <summary>Marks the fields of a merged index.</summary>
    public const byte Flag = 0x80;

    private const int PlaceShift = 12;

    public static uint GroupOf(uint segment) => segment / GroupSize * GroupSize;

    /// <summary>Whether the group's index was merged.</summary>
    public static bool IsDone(RocksDatabase db, ColumnFamily family, uint group) => db.Get(family, DoneKey(group)) is not null;

    /// <summary>Stores the merged index of the segments, all of one group.</summary>
    public static void Write(RocksDatabase db, ColumnFamily family, IReadOnlyList<Segment> segments)
    {
        var group = GroupOf(segments[0].Number);
        var pairs = new List<ulong>();
        var row = new VarintBuffer();
        for (byte field = 1; field < IndexTerms.FieldCount; field++)
        {
            pairs.Clear();
            foreach (var segment in segments)
            {
                SealedIndex.ReadPairs(db, family, segment.Number, field, (int)(segment.Number - group) << PlaceShift, pairs);
            }

            pairs.Sort();
            using var batch = new WriteBatch();
            SealedIndex.WriteField(batch, family, group, (byte)(field | Flag), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pairs), row);
            db.Write(batch, sync: false);
        }

        using var done = new WriteBatch();
        done.Put(family, DoneKey(group), [(byte)segments.Count]);
        db.Write(done, sync: true);
    }

    /// <summary>Removes the segments' own indexes; their zone maps stay.</summary>
    public static void RemoveMerged(RocksDatabase db, ColumnFamily family, IReadOnlyList<Segment> segments)
    {
        using var batch = new WriteBatch();
        foreach (var segment in segments)
        {
            var prefix = StoreKeys.Segment(segment.Number);
            batch.DeleteRange(family, [.. prefix, 1], [.. prefix, Flag]);
        }

        db.Write(batch, sync: false);
    }

    /// <summary>The blocks of each segment of the group, by its place in it.</summary>
    public static BlockSet[] Find(RocksDatabase db, ColumnFamily family, uint group, IndexField field, ulong low, ulong high)
    {
        var sets = new BlockSet[GroupSize];
        for (var i = 0; i < GroupSize; i++)
        {
            sets[i] = new BlockSet();
        }

        SealedIndex.Find(db, family, group, (byte)((byte)field | Flag), low, high, block => sets[(block >> PlaceShift) & (GroupSize - 1)].Add(block & ((1 << PlaceShift) - 1)));
        return sets;
    }

    private static byte[] DoneKey(uint group) => [.. StoreKeys.Segment(group), Flag];
}
