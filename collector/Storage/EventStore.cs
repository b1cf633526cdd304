using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Storage.RocksDb;
using SensorNet.V1;

namespace SensorNet.Collector.Storage;

/// <summary>
/// Events in segments of compressed blocks, and rows of the object tables, in one RocksDB database. Reading is
/// thread-safe; only the commit loop writes. The folder's README describes the layout.
/// </summary>
internal sealed partial class EventStore : IStoreReader, IDisposable
{
    private readonly RocksDatabase db;
    private readonly ColumnFamily[] families;
    private readonly ConcurrentBag<EventBlock> blocks = [];
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Lock segmentsGate = new();
    private Segment[] segments;
    private int disposed;

    private EventStore(StoreOptions options, RocksDatabase db, TimeProvider clock, ILogger logger)
    {
        this.clock = clock;
        Options = options;
        this.db = db;
        this.logger = logger;
        families = [.. db.Families.Skip(1)];
        TermHash = new TermHash(CheckFormat());
        LoadDictionaries();
        segments = LoadSegments();
        Writer = OpenWriter();
        maintenance = new Thread(Maintain) { IsBackground = true, Name = "store" };
        if (!options.ReadOnly)
        {
            maintenance.Start();
        }
    }

    public StoreOptions Options { get; }

    public TermHash TermHash { get; }

    public DictionarySet Dictionaries { get; } = new();

    /// <summary>The store's only writer of events; the commit thread's.</summary>
    public SegmentWriter Writer { get; }

    /// <summary>The segments with readable events, oldest first. A new array whenever one is added or dropped.</summary>
    public IReadOnlyList<Segment> Segments => Volatile.Read(ref segments);

    /// <summary>The newest readable event; 0 when there is none.</summary>
    public ulong LastPosition
    {
        get
        {
            var all = Volatile.Read(ref segments);
            for (var i = all.Length - 1; i >= 0; i--)
            {
                if (all[i].Rows is var rows and > 0)
                {
                    return StoreKeys.Position(all[i].Number, rows - 1);
                }
            }

            return 0;
        }
    }

    /// <summary>Readable events.</summary>
    public long EventCount => Volatile.Read(ref segments).Sum(s => (long)s.Rows);

    /// <summary>Opens the store, creating it unless read-only.</summary>
    /// <exception cref="StoreLockedException">Another process has it open.</exception>
    /// <exception cref="StoreFormatException">It was made by a newer version, or is no complete store.</exception>
    /// <exception cref="NativeLibraryMissingException">RocksDB or zstd is not installed.</exception>
    /// <exception cref="RocksDbException">It is damaged beyond opening, or the file system refused.</exception>
    public static EventStore Open(StoreOptions options, TimeProvider clock, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.SegmentEvents % StoreKeys.BlockEvents, 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.SegmentEvents, BlockSet.Capacity * StoreKeys.BlockEvents, nameof(options));
        RefuseHeadlessDatabase(options.Directory, options.ReadOnly);
        if (!options.ReadOnly)
        {
            Directory.CreateDirectory(options.Directory);
        }

        var db = RocksDatabase.Open(options.Directory, StoreTables.DatabaseOptions, StoreTables.Families, options.CacheBytes, options.ReadOnly);
        try
        {
            return new EventStore(options, db, clock, logger);
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    public ColumnFamily Family(Table table) => families[(int)table];

    /// <summary>Applies a batch and waits until it is on the disk.</summary>
    public void Write(WriteBatch batch) => db.Write(batch, sync: true);

    public byte[]? Get(Table table, ReadOnlySpan<byte> key) => db.Get(Family(table), StoreKeys.Row(key));

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(Table table, ReadOnlyMemory<byte> prefix, bool reversed = false)
    {
        var start = StoreKeys.Row(prefix.Span);
        return ScanRange(table, start, StoreKeys.After(start), reversed);
    }

    /// <summary>Rows with keys in [from, to), in key order or the reverse, from one snapshot.</summary>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(Table table, byte[] from, byte[] to, bool reversed) =>
        ScanRange(table, StoreKeys.Row(from), StoreKeys.Row(to), reversed);

    public IEnumerable<StoredEvent> ReadAfter(ulong position, Func<ulong, EventType, bool>? wanted = null)
    {
        var block = RentBlock();
        try
        {
            foreach (var segment in Volatile.Read(ref segments))
            {
                var rows = segment.Rows;
                if (rows == 0 || StoreKeys.Position(segment.Number, rows - 1) <= position)
                {
                    continue;
                }

                var first = segment.Number == StoreKeys.SegmentOf(position) ? (int)StoreKeys.RowOf(position) + 1 : 0;
                for (var ordinal = first / StoreKeys.BlockEvents; ordinal * StoreKeys.BlockEvents < rows; ordinal++)
                {
                    if (!TryLoad(segment, ordinal, block))
                    {
                        continue;
                    }

                    var start = ordinal * StoreKeys.BlockEvents;
                    for (var i = Math.Max(0, first - start); i < block.Count && start + i < rows; i++)
                    {
                        if (wanted is null || wanted(block.PositionOf(i), block.TypeOf(i)))
                        {
                            yield return new StoredEvent { Position = block.PositionOf(i), Event = block.Parse(i) };
                        }
                    }
                }
            }
        }
        finally
        {
            blocks.Add(block);
        }
    }

    public IEnumerable<StoredEvent> ReadBefore(ulong position)
    {
        var block = RentBlock();
        try
        {
            var all = Volatile.Read(ref segments);
            for (var s = all.Length - 1; s >= 0; s--)
            {
                var segment = all[s];
                var last = segment.Rows - 1;
                if (last < 0 || StoreKeys.Position(segment.Number, 0) >= position)
                {
                    continue;
                }

                if (segment.Number == StoreKeys.SegmentOf(position))
                {
                    last = (int)Math.Min((uint)last, StoreKeys.RowOf(position) - 1);
                }

                for (var ordinal = last / StoreKeys.BlockEvents; ordinal >= 0; ordinal--)
                {
                    if (!TryLoad(segment, ordinal, block))
                    {
                        continue;
                    }

                    for (var i = Math.Min(block.Count - 1, last - (ordinal * StoreKeys.BlockEvents)); i >= 0; i--)
                    {
                        yield return new StoredEvent { Position = block.PositionOf(i), Event = block.Parse(i) };
                    }
                }
            }
        }
        finally
        {
            blocks.Add(block);
        }
    }

    /// <summary>The event at a position; null when there is none (any more).</summary>
    public StoredEvent? Find(ulong position)
    {
        var segment = Array.Find(Volatile.Read(ref segments), s => s.Number == StoreKeys.SegmentOf(position));
        var row = StoreKeys.RowOf(position);
        if (segment is null || row >= segment.Rows)
        {
            return null;
        }

        var block = RentBlock();
        try
        {
            var index = (int)row % StoreKeys.BlockEvents;
            return TryLoad(segment, (int)row / StoreKeys.BlockEvents, block) && index < block.Count
                ? new StoredEvent { Position = position, Event = block.Parse(index) }
                : null;
        }
        finally
        {
            blocks.Add(block);
        }
    }

    /// <summary>Blocks of a segment that is not merged that may hold a term from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public BlockSet FindBlocks(Segment segment, IndexField field, ulong low, ulong high)
    {
        var blocks = new BlockSet();

        // Read once: sealing replaces it by the stored index, which is complete before.
        if (segment.Index is { } open)
        {
            open.Find(field, low, high, blocks);
        }
        else
        {
            try
            {
                SealedIndex.Find(db, Family(Table.SegmentIndex), segment.Number, (byte)field, low, high, blocks.Add);
            }
            catch (RocksDbException e) when (e.IsCorruption)
            {
                // Without the index every block is looked at.
                RecordIndexDamage(segment.Number, e.Message);
                return BlockSet.All();
            }
        }

        return blocks;
    }

    /// <summary>The same for all segments of a merged group, by their places in it.</summary>
    public BlockSet[] FindMergedBlocks(uint group, IndexField field, ulong low, ulong high)
    {
        try
        {
            return IndexMerge.Find(db, Family(Table.SegmentIndex), group, field, low, high);
        }
        catch (RocksDbException e) when (e.IsCorruption)
        {
            RecordIndexDamage(group, e.Message);
            return [.. Enumerable.Range(0, IndexMerge.GroupSize).Select(_ => BlockSet.All())];
        }
    }

    /// <summary>A block to load into; give it back with <see cref="ReturnBlock"/>.</summary>
    public EventBlock RentBlock() => blocks.TryTake(out var block) ? block : new EventBlock();

    public void ReturnBlock(EventBlock block) => blocks.Add(block);

    /// <summary>Decompresses a block; false when retention dropped it or it is damaged (which is recorded).</summary>
    public bool TryLoad(Segment segment, int ordinal, EventBlock block)
    {
        Span<byte> key = stackalloc byte[StoreKeys.BlockLength];
        StoreKeys.WriteBlock(key, segment.Number, (ushort)ordinal);
        try
        {
            if (db.Get(Family(Table.Blocks), key) is not { } stored)
            {
                return false;
            }

            block.Load(segment.Number, ordinal, stored, Dictionaries);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or RocksDbException { IsCorruption: true })
        {
            RecordDamage(segment, ordinal, e.Message);
            return false;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        StopMaintenance();
        FlushTables();
        Writer.Dispose();
        db.Dispose();
        while (blocks.TryTake(out var block))
        {
            block.Dispose();
        }

        Dictionaries.Dispose();
    }

    private IEnumerable<KeyValuePair<byte[], byte[]>> ScanRange(Table table, byte[] start, byte[] end, bool reversed)
    {
        using var rows = db.NewIterator(Family(table), start, end);
        if (reversed)
        {
            rows.SeekToLast();
        }
        else
        {
            rows.SeekToFirst();
        }

        while (rows.Valid)
        {
            yield return CopyRow(rows);
            if (reversed)
            {
                rows.Prev();
            }
            else
            {
                rows.Next();
            }
        }

        rows.ThrowIfError();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static KeyValuePair<byte[], byte[]> CopyRow(Iterator rows) =>
        new(rows.Key[StoreKeys.PartitionLength..].ToArray(), rows.Value.ToArray());
}
