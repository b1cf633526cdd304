using System.Buffers.Binary;
using Google.Protobuf;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Query;

/// <summary>Asks the store one question, once. Not thread-safe.</summary>
internal sealed class EventQuery
{
    private const int DefaultLimit = 1000;
    private const int PageEvents = 256;

    private readonly EventStore store;
    private readonly CompiledQuery query;
    private readonly IndexLookup index;
    private readonly long from;
    private readonly long to;

    /// <param name="store">Where to look.</param>
    /// <param name="query">What for.</param>
    /// <param name="time">Event times wanted.</param>
    public EventQuery(EventStore store, CompiledQuery query, TimeRange time)
    {
        this.store = store;
        this.query = query;
        index = new IndexLookup(store);
        from = time.From;
        to = time.To;
        Explain.Plan = query.Plan.ToString();
    }

    /// <summary>What was done so far.</summary>
    public QueryExplain Explain { get; } = new();

    /// <summary>The question of a request, its query text and its plain filters together.</summary>
    /// <param name="store">Where to look.</param>
    /// <param name="request">The request.</param>
    /// <param name="clock">What relative times count from.</param>
    /// <param name="scope">What the asker may see; null for everything.</param>
    /// <exception cref="QueryException">The query text or a filter cannot be understood.</exception>
    public static EventQuery Create(EventStore store, QueryEventsRequest request, TimeProvider clock, Func<Event, bool>? scope = null)
    {
        var query = CompiledQuery.Compile(request.Query, clock);
        query = And(query, request.Types_.Select(t => CompiledQuery.FieldEquals("event.type", ((int)t).ToString(System.Globalization.CultureInfo.InvariantCulture))));
        query = And(query, request.Severities.Select(s => CompiledQuery.FieldEquals("event.severity", s.ToString())));
        query = And(query, Filter("source.ip", request.SourceIp));
        query = And(query, Filter("user.name", request.User).Concat(Filter("user.aor", request.User)));
        query = And(query, Filter("host.name", request.Host));
        query = And(query, Filter("vm.id", request.VmId));
        query = And(query, Filter("log.source", request.LogSource));
        if (scope is not null)
        {
            query = query.And(new CompiledQuery(scope, IndexPlan.All));
        }

        return new EventQuery(store, query, request.Time ?? new TimeRange());
    }

    /// <summary>
    /// The answer to a request in pages. Every page has the cursor that continues after it; the last one says whether
    /// the end was reached.
    /// </summary>
    /// <exception cref="QueryException">The cursor is none.</exception>
    public IEnumerable<QueryEventsResponse> Pages(QueryEventsRequest request, CancellationToken cancellation)
    {
        var limit = request.Limit == 0 ? DefaultLimit : request.Limit;
        var cursor = ReadCursor(request);
        var events = request.OldestFirst ? OldestFirst(cursor, cancellation) : NewestFirst(cursor, cancellation);
        var page = new QueryEventsResponse();
        var sent = 0u;
        foreach (var stored in events)
        {
            if (sent == limit)
            {
                yield return Finish(page, cursor, request, complete: false);
                yield break;
            }

            sent++;
            cursor = stored.Position;
            page.Events.Add(stored);
            if (page.Events.Count == PageEvents)
            {
                page.Cursor = WriteCursor(cursor);
                yield return page;
                page = new QueryEventsResponse();
            }
        }

        yield return Finish(page, cursor, request, complete: true);
    }

    /// <summary>Matches with a position below <paramref name="before"/>, newest arrival first.</summary>
    public IEnumerable<StoredEvent> NewestFirst(ulong before = ulong.MaxValue, CancellationToken cancellation = default)
    {
        var block = store.RentBlock();
        try
        {
            var segments = store.Segments;
            for (var s = segments.Count - 1; s >= 0; s--)
            {
                var segment = segments[s];
                var rows = segment.Rows;
                if (rows == 0 || StoreKeys.Position(segment.Number, 0) >= before || Plan(segment) is not { } blocks)
                {
                    continue;
                }

                for (var ordinal = (rows - 1) / StoreKeys.BlockEvents; ordinal >= 0; ordinal--)
                {
                    if (!blocks.Contains(ordinal) || StoreKeys.Position(segment.Number, ordinal * StoreKeys.BlockEvents) >= before || !Load(segment, ordinal, block))
                    {
                        continue;
                    }

                    cancellation.ThrowIfCancellationRequested();
                    for (var i = Math.Min(block.Count, rows - (ordinal * StoreKeys.BlockEvents)) - 1; i >= 0; i--)
                    {
                        if (block.PositionOf(i) < before && Test(block, i) is { } found)
                        {
                            yield return found;
                        }
                    }
                }
            }
        }
        finally
        {
            store.ReturnBlock(block);
        }
    }

    /// <summary>Matches with a position above <paramref name="after"/>, oldest arrival first.</summary>
    public IEnumerable<StoredEvent> OldestFirst(ulong after = 0, CancellationToken cancellation = default)
    {
        var block = store.RentBlock();
        try
        {
            foreach (var segment in store.Segments)
            {
                var rows = segment.Rows;
                if (rows == 0 || StoreKeys.Position(segment.Number, rows - 1) <= after || Plan(segment) is not { } blocks)
                {
                    continue;
                }

                for (var ordinal = 0; ordinal * StoreKeys.BlockEvents < rows; ordinal++)
                {
                    if (!blocks.Contains(ordinal) || StoreKeys.Position(segment.Number, (ordinal * StoreKeys.BlockEvents) + StoreKeys.BlockEvents - 1) <= after || !Load(segment, ordinal, block))
                    {
                        continue;
                    }

                    cancellation.ThrowIfCancellationRequested();
                    for (var i = 0; i < block.Count && (ordinal * StoreKeys.BlockEvents) + i < rows; i++)
                    {
                        if (block.PositionOf(i) > after && Test(block, i) is { } found)
                        {
                            yield return found;
                        }
                    }
                }
            }
        }
        finally
        {
            store.ReturnBlock(block);
        }
    }

    private static CompiledQuery And(CompiledQuery query, IEnumerable<CompiledQuery> alternatives) =>
        alternatives.Aggregate((CompiledQuery?)null, (a, b) => a is null ? b : a.Or(b)) is { } any ? query.And(any) : query;

    private static IEnumerable<CompiledQuery> Filter(string field, string value) =>
        value.Length == 0 ? [] : [CompiledQuery.FieldEquals(field, value)];

    private static ulong ReadCursor(QueryEventsRequest request) => request.Cursor.Length switch
    {
        0 => request.OldestFirst ? 0 : ulong.MaxValue,
        8 => BinaryPrimitives.ReadUInt64BigEndian(request.Cursor.Span),
        _ => throw new QueryException("The cursor is not one that this collector gave"),
    };

    private static ByteString WriteCursor(ulong position)
    {
        Span<byte> cursor = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(cursor, position);
        return ByteString.CopyFrom(cursor);
    }

    private QueryEventsResponse Finish(QueryEventsResponse page, ulong cursor, QueryEventsRequest request, bool complete)
    {
        page.Cursor = WriteCursor(cursor);
        page.Complete = complete;
        if (request.Explain)
        {
            page.Explain = Explain;
        }

        return page;
    }

    private BlockSet? Plan(Segment segment)
    {
        Explain.BlocksTotal += (ulong)segment.Blocks;
        if (!segment.Overlaps(from, to))
        {
            return null;
        }

        var blocks = query.Plan.Find(index, segment);
        return blocks.Count > 0 ? blocks : null;
    }

    private bool Load(Segment segment, int ordinal, EventBlock block)
    {
        if (!segment.Overlaps(ordinal, from, to))
        {
            return false;
        }

        Explain.BlocksRead++;
        if (!store.TryLoad(segment, ordinal, block))
        {
            return false;
        }

        if (query.Bytes is { } bytes && !bytes.MayMatch(block.Raw))
        {
            Explain.EventsScanned += (ulong)block.Count;
            return false;
        }

        return true;
    }

    private StoredEvent? Test(EventBlock block, int index)
    {
        Explain.EventsScanned++;
        if (query.Bytes is { } bytes && !bytes.MayMatch(block.Bytes(index)))
        {
            return null;
        }

        var e = block.Parse(index);
        if ((from != 0 && e.EventTime < from) || (to != 0 && e.EventTime >= to) || !query.Match(e))
        {
            return null;
        }

        Explain.EventsMatched++;
        return new StoredEvent { Position = block.PositionOf(index), Event = e };
    }
}
