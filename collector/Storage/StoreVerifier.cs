using Google.Protobuf;
using SensorNet.Collector.Storage.RocksDb;

namespace SensorNet.Collector.Storage;

/// <summary>
/// Reads everything in a store and checks it: every block decompresses and decodes, its times lie within its zone map,
/// every indexed value leads to its block, every row of every table can be read. Changes nothing.
/// </summary>
internal sealed class StoreVerifier(EventStore store)
{
    private const int MaxProblems = 1000;

    private readonly List<string> problems = [];
    private readonly HashSet<(ulong, ulong, ulong)> identities = [];
    private long blocks;
    private long events;

    /// <param name="progress">Told the number of events read so far, now and then; may be null.</param>
    /// <param name="cancellation">Ends the check early.</param>
    public VerifyReport Run(IProgress<long>? progress, CancellationToken cancellation)
    {
        var segments = store.Segments.Where(s => s.Rows > 0).ToList();
        foreach (var segment in segments)
        {
            cancellation.ThrowIfCancellationRequested();
            Check(segment);
            progress?.Report(events);
        }

        var rows = Enum.GetValues<Table>().Where(t => t is not (Table.Blocks or Table.SegmentIndex)).Sum(Count);
        return new VerifyReport(segments.Count, blocks, events, rows, store.Damage, problems);
    }

    private void Check(Segment segment)
    {
        var block = store.RentBlock();
        var lookup = new IndexLookup(store);
        var terms = new OpenIndex();
        for (var ordinal = 0; ordinal < segment.Blocks; ordinal++)
        {
            if (!store.TryLoad(segment, ordinal, block))
            {
                if (!store.Damage.Any(d => d.Segment == segment.Number && d.Block == ordinal))
                {
                    Report($"Segment {segment.Number} has no block {ordinal}");
                }

                continue;
            }

            blocks++;
            var expected = Math.Min(StoreKeys.BlockEvents, segment.Rows - (ordinal * StoreKeys.BlockEvents));
            if (block.Count < expected)
            {
                Report($"Segment {segment.Number}, block {ordinal} has {block.Count} events instead of {expected}");
            }

            for (var i = 0; i < Math.Min(block.Count, expected); i++)
            {
                Check(segment, ordinal, block, i, terms);
            }
        }

        store.ReturnBlock(block);
        CheckIndex(segment, lookup, terms);
    }

    private void Check(Segment segment, int ordinal, EventBlock block, int row, OpenIndex terms)
    {
        try
        {
            var e = block.Parse(row);
            events++;
            IndexTerms.AddTo(terms, e, (ushort)ordinal, store.TermHash);
            if (e.EventTime < segment.EarliestOf(ordinal) || e.EventTime > segment.LatestOf(ordinal))
            {
                Report($"Segment {segment.Number}, block {ordinal}, event {row} lies outside the times of its block");
            }

            if (e.Seq != 0 && !identities.Add((store.TermHash.Of(e.SensorId), e.Epoch, e.Seq)))
            {
                Report($"Event {e.Seq} of sensor {e.SensorId}, epoch {e.Epoch} is stored twice");
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            Report($"Segment {segment.Number}, block {ordinal}, event {row} cannot be decoded: {e.Message}");
        }
    }

    private void CheckIndex(Segment segment, IndexLookup lookup, OpenIndex terms)
    {
        for (var field = IndexField.Type; (int)field < IndexTerms.FieldCount; field++)
        {
            BlockSet? found = null;
            var last = ulong.MaxValue;
            foreach (var pair in terms.Sorted(field))
            {
                if (pair >> 16 != last)
                {
                    last = pair >> 16;
                    found = lookup.Find(segment, field, last, last);
                }

                if (!found!.Contains((int)(pair & 0xFFFF)))
                {
                    Report($"Segment {segment.Number}: the index of {field} misses block {pair & 0xFFFF}");
                    break;
                }
            }
        }
    }

    private long Count(Table table)
    {
        try
        {
            return store.Scan(table, default).LongCount();
        }
        catch (RocksDbException e)
        {
            Report($"Table {StoreTables.Name(table)} cannot be read to its end: {e.Message}");
            return 0;
        }
    }

    private void Report(string problem)
    {
        if (problems.Count < MaxProblems)
        {
            problems.Add(problem);
        }
    }
}
