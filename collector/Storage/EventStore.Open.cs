using System.Buffers.Binary;
using SensorNet.Collector.Storage.RocksDb;

namespace SensorNet.Collector.Storage;

internal sealed partial class EventStore
{
    /// <summary>The format this version writes. It reads every format from 1 on.</summary>
    public const int FormatVersion = 1;

    private static readonly byte[] FormatKey = "format"u8.ToArray();
    private static readonly byte[] HashKey = "term-hash"u8.ToArray();
    private static readonly byte[] DictionaryPrefix = "dictionary/"u8.ToArray();

    /// <summary>The commit thread begins a segment; readers see it at once, empty.</summary>
    public Segment StartSegment(uint number)
    {
        var segment = new Segment(number, Options.SegmentEvents / StoreKeys.BlockEvents);
        lock (segmentsGate)
        {
            Volatile.Write(ref segments, [.. segments, segment]);
        }

        return segment;
    }

    private static void RefuseHeadlessDatabase(string directory, bool readOnly)
    {
        // With CURRENT gone RocksDB would make a new database and delete the old one's tables.
        if (Directory.Exists(directory) && !File.Exists(Path.Combine(directory, "CURRENT"))
            && (Directory.EnumerateFiles(directory, "*.sst").Any() || Directory.EnumerateFiles(directory, "MANIFEST-*").Any()))
        {
            throw new StoreFormatException($"The store at {directory} has lost its file CURRENT. Restore the directory from a backup, or write the name of the newest MANIFEST file and a line feed into CURRENT.");
        }

        // Beside a running collector the file may change under the eyes.
        if (!readOnly && File.Exists(Path.Combine(directory, "CURRENT")) && File.ReadAllText(Path.Combine(directory, "CURRENT")).Trim() is { Length: > 0 } manifest
            && !File.Exists(Path.Combine(directory, Path.GetFileName(manifest))))
        {
            throw new StoreFormatException($"The store at {directory} has lost its file {Path.GetFileName(manifest)}, which lists its tables. Restore the directory from a backup.");
        }

        if (readOnly && !File.Exists(Path.Combine(directory, "CURRENT")))
        {
            throw new StoreFormatException($"There is no store in {directory}.");
        }
    }

    private byte[] CheckFormat()
    {
        var format = Get(Table.Meta, FormatKey);
        var key = Get(Table.Meta, HashKey);
        if (format is null && key is null)
        {
            if (Options.ReadOnly)
            {
                throw new StoreFormatException($"There is no store at {Options.Directory}.");
            }

            key = Storage.TermHash.NewKey();
            format = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(format, FormatVersion);
            using var batch = new WriteBatch();
            batch.Put(Family(Table.Meta), StoreKeys.Row(FormatKey), format);
            batch.Put(Family(Table.Meta), StoreKeys.Row(HashKey), key);
            Write(batch);
        }

        if (format is not { Length: 4 } || key is not { Length: SipHash.KeyLength })
        {
            throw new StoreFormatException($"The store at {Options.Directory} has no valid format row. Restore it from a backup.");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(format);
        return version is > 0 and <= FormatVersion
            ? key
            : throw new StoreFormatException($"The store at {Options.Directory} has format {version}; this version reads up to {FormatVersion}. Use the collector that wrote it, or a newer one.");
    }

    private void LoadDictionaries()
    {
        foreach (var (key, value) in Scan(Table.Meta, DictionaryPrefix))
        {
            Dictionaries.Add(BinaryPrimitives.ReadUInt32BigEndian(key.AsSpan(DictionaryPrefix.Length)), value);
        }
    }

    private Segment[] LoadSegments()
    {
        var (first, last) = SegmentRange();
        var loaded = new List<Segment>();
        for (var number = first; number <= last && number != 0; number++)
        {
            var segment = ReadZones(number);
            if (segment is null)
            {
                segment = Rebuild(number);
                if (number != last)
                {
                    QueueSeal(segment);
                }
            }
            else
            {
                segment.IsMerged = IndexMerge.IsDone(db, Family(Table.SegmentIndex), IndexMerge.GroupOf(number));
            }

            loaded.Add(segment);
        }

        return [.. loaded];
    }

    private Segment? ReadZones(uint number)
    {
        try
        {
            return SealedIndex.ReadZones(db, Family(Table.SegmentIndex), number);
        }
        catch (Exception e) when (e is InvalidDataException or RocksDbException { IsCorruption: true })
        {
            RecordIndexDamage(number, e.Message);
            return null;
        }
    }

    private (uint First, uint Last) SegmentRange()
    {
        var start = StoreKeys.Row([]);
        using var keys = db.NewIterator(Family(Table.Blocks), start, StoreKeys.After(start));
        keys.SeekToFirst();
        var first = SegmentAt(keys) ?? LiveBlockKeys(f => f.Smallest).Min();
        keys.SeekToLast();
        var last = SegmentAt(keys) ?? LiveBlockKeys(f => f.Largest).Max();
        return (first, last);
    }

    // Null when the block that the iterator should stand on is damaged; 0 when there is none.
    private static uint? SegmentAt(Iterator keys)
    {
        if (keys.Valid)
        {
            return BinaryPrimitives.ReadUInt32BigEndian(keys.Key[2..]);
        }

        try
        {
            keys.ThrowIfError();
            return 0;
        }
        catch (RocksDbException e) when (e.IsCorruption)
        {
            return null;
        }
    }

    private IEnumerable<uint> LiveBlockKeys(Func<LiveFile, byte[]> key) =>
        db.GetLiveFiles().Where(f => f.Family == StoreTables.Name(Table.Blocks)).Select(f => BinaryPrimitives.ReadUInt32BigEndian(key(f).AsSpan(2))).DefaultIfEmpty();

    /// <summary>Makes the memory of an unsealed segment anew from its blocks.</summary>
    private Segment Rebuild(uint number)
    {
        var segment = new Segment(number, BlockSet.Capacity);
        var block = RentBlock();
        var rows = 0;
        foreach (var ordinal in StoredOrdinals(number))
        {
            if (!TryLoad(segment, ordinal, block))
            {
                continue;
            }

            try
            {
                for (var i = 0; i < block.Count; i++)
                {
                    var e = block.Parse(i);
                    segment.Widen(ordinal, e.EventTime, first: i == 0);
                    segment.LatestIngest = Math.Max(segment.LatestIngest, e.IngestTime);
                    IndexTerms.AddTo(segment.Index!, e, (ushort)ordinal, TermHash);
                }
            }
            catch (Google.Protobuf.InvalidProtocolBufferException e)
            {
                RecordDamage(segment, ordinal, e.Message);
                continue;
            }

            segment.Bytes += block.StoredLength;
            rows = (ordinal * StoreKeys.BlockEvents) + block.Count;
        }

        ReturnBlock(block);
        segment.Publish(rows);
        return segment;
    }

    /// <summary>Ordinals of the blocks that a segment has; all possible ones when damage hides which.</summary>
    private List<int> StoredOrdinals(uint number)
    {
        var ordinals = new List<int>();
        var prefix = StoreKeys.Segment(number);
        using var keys = db.NewIterator(Family(Table.Blocks), prefix, StoreKeys.After(prefix), fillCache: false);
        for (keys.SeekToFirst(); keys.Valid; keys.Next())
        {
            ordinals.Add(Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(keys.Key[6..]), BlockSet.Capacity - 1));
        }

        try
        {
            keys.ThrowIfError();
            return ordinals;
        }
        catch (RocksDbException e) when (e.IsCorruption)
        {
            return [.. Enumerable.Range(0, BlockSet.Capacity)];
        }
    }

    private SegmentWriter OpenWriter()
    {
        var open = segments.LastOrDefault();
        if (open is null || open.IsSealed || open.Rows >= Options.SegmentEvents || IsDamaged(open.Number))
        {
            if (open is { IsSealed: false })
            {
                QueueSeal(open);
            }

            return new SegmentWriter(this, StartSegment((open?.Number ?? 0) + 1), default, 0);
        }

        var block = RentBlock();
        try
        {
            return open.Rows % StoreKeys.BlockEvents != 0 && TryLoad(open, open.Rows / StoreKeys.BlockEvents, block)
                ? new SegmentWriter(this, open, block.Raw, block.StoredLength)
                : new SegmentWriter(this, open, default, 0);
        }
        finally
        {
            ReturnBlock(block);
        }
    }
}
