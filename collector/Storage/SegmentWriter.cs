using Google.Protobuf;
using SensorNet.Collector.Storage.RocksDb;
using SensorNet.Collector.Storage.Zstd;
using SensorNet.V1;

namespace SensorNet.Collector.Storage;

/// <summary>
/// Cuts events into blocks of 32 and puts them into a write batch. A block that is not full at the end of a batch is
/// written as it is and again, longer, under the same key with the next batch: so blocks are always full and aligned
/// however small the batches are. Commit thread only.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly EventStore store;
    private readonly ZstdCodec codec = new();
    private readonly List<Segment> filled = [];
    private Segment segment;
    private byte[] raw = new byte[64 << 10];
    private byte[] stored = new byte[64 << 10];
    private int rawLength;
    private int row;
    private bool dirty;
    private int openBlockBytes;

    /// <param name="store">The store written to.</param>
    /// <param name="segment">The open segment, indexed as far as it is.</param>
    /// <param name="last">Its last block's decompressed events when that block is not full; else empty.</param>
    /// <param name="lastBytes">What that block takes on the disk.</param>
    public SegmentWriter(EventStore store, Segment segment, ReadOnlySpan<byte> last, int lastBytes)
    {
        this.store = store;
        this.segment = segment;
        row = segment.Rows;
        if (row % StoreKeys.BlockEvents != 0)
        {
            Reserve(last.Length);
            last.CopyTo(raw);
            rawLength = last.Length;
            openBlockBytes = lastBytes;
        }
    }

    /// <summary>Where the next event goes.</summary>
    public ulong NextPosition(WriteBatch batch)
    {
        if (row == store.Options.SegmentEvents)
        {
            CutBlock(batch);
            filled.Add(segment);
            segment = store.StartSegment(segment.Number + 1);
            row = 0;
        }

        return StoreKeys.Position(segment.Number, row);
    }

    /// <summary>Adds an event at the position that <see cref="NextPosition"/> gave.</summary>
    /// <param name="e">The event.</param>
    /// <param name="size">Its encoded size.</param>
    /// <param name="batch">Receives blocks that are full.</param>
    public void Append(Event e, int size, WriteBatch batch)
    {
        if (rawLength > 0 && row % StoreKeys.BlockEvents == 0)
        {
            CutBlock(batch);
        }

        Reserve(rawLength + size + 5);
        var prefix = (uint)size;
        while (prefix >= 0x80)
        {
            raw[rawLength++] = (byte)(prefix | 0x80);
            prefix >>= 7;
        }

        raw[rawLength++] = (byte)prefix;
        e.WriteTo(raw.AsSpan(rawLength, size));
        rawLength += size;

        var block = row / StoreKeys.BlockEvents;
        segment.Widen(block, e.EventTime, row % StoreKeys.BlockEvents == 0);
        segment.LatestIngest = Math.Max(segment.LatestIngest, e.IngestTime);
        IndexTerms.AddTo(segment.Index!, e, (ushort)block, store.TermHash);
        row++;
        dirty = true;
    }

    /// <summary>The batch is complete: puts the unfinished block into it.</summary>
    public void Finish(WriteBatch batch)
    {
        if (dirty)
        {
            PutBlock(batch);
        }
    }

    /// <summary>The batch is durable: readers may see it, and segments that were filled can be sealed.</summary>
    public void Publish()
    {
        foreach (var full in filled)
        {
            full.Publish(store.Options.SegmentEvents);
            store.QueueSeal(full);
        }

        filled.Clear();
        var before = segment.Rows;
        segment.Publish(row);
        if (before < EventStore.FirstTrainingEvents && row >= EventStore.FirstTrainingEvents && store.Dictionaries.Current is null)
        {
            store.Queue(store.TrainDictionary);
        }
    }

    public void Dispose() => codec.Dispose();

    private void CutBlock(WriteBatch batch)
    {
        if (dirty)
        {
            PutBlock(batch);
        }

        rawLength = 0;
    }

    private void PutBlock(WriteBatch batch)
    {
        var block = (row - 1) / StoreKeys.BlockEvents;
        var bound = EventBlock.HeaderLength + ZstdCodec.Bound(rawLength);
        if (stored.Length < bound)
        {
            stored = new byte[bound];
        }

        var dictionary = store.Dictionaries.Current;
        var length = codec.Compress(raw.AsSpan(0, rawLength), stored.AsSpan(EventBlock.HeaderLength), dictionary, DictionarySet.Level);
        EventBlock.WriteHeader(stored, row - (block * StoreKeys.BlockEvents), dictionary?.Id ?? 0, rawLength, segment.EarliestOf(block), segment.LatestOf(block));
        Span<byte> key = stackalloc byte[StoreKeys.BlockLength];
        StoreKeys.WriteBlock(key, segment.Number, (ushort)block);
        batch.Put(store.Family(Table.Blocks), key, stored.AsSpan(0, EventBlock.HeaderLength + length));

        // A block that grew replaces its shorter self.
        segment.Bytes += EventBlock.HeaderLength + length - openBlockBytes;
        openBlockBytes = row % StoreKeys.BlockEvents == 0 ? 0 : EventBlock.HeaderLength + length;
        dirty = false;
    }

    private void Reserve(int length)
    {
        if (raw.Length < length)
        {
            Array.Resize(ref raw, Math.Max(length, raw.Length * 2));
        }
    }
}
