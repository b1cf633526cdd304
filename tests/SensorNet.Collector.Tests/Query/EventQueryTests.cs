using SensorNet.Collector.Query;
using SensorNet.Collector.Tests.Ingest;
using SensorNet.Collector.Tests.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Query;

public sealed class EventQueryTests : IAsyncLifetime
{
    private const int Count = 1000;

    private readonly TemporaryStore directory = new();
    private RunningLoop running = null!;

    public async ValueTask InitializeAsync()
    {
        running = new RunningLoop(directory.Open(segmentEvents: 320));
        for (var i = 0; i < Count / 50; i++)
        {
            await running.Submit(Events.Batch((ulong)(i * 50) + 1, 50));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await running.DisposeAsync();
        directory.Dispose();
    }

    [Theory]
    [InlineData("source.ip:203.0.1.7", 1)]
    [InlineData("source.ip:203.0.1.0/24", 250)]
    [InlineData("source.ip:203.0.0.0/16", 1000)]
    [InlineData("source.ip:203.0.1.128/25", 122)]
    [InlineData("source.ip:128.0.0.0/1", 1000)]
    [InlineData("source.ip:0.0.0.0/0 and user:user1?", 10)]
    [InlineData("user:USER17", 1)]
    [InlineData("user_agent:*gxp* and user:*17", 10)]
    [InlineData("type:auth-failed and not call_id:call-1*", 888)]
    [InlineData("aor:user17@example.org", 1)]
    [InlineData("call_id:call-500@203.0.113.9", 1)]
    [InlineData("host:pbx1 and source.ip:203.0.1.0/24", 250)]
    [InlineData("user:user17 or user:user18", 2)]
    [InlineData("type:sip.call.*", 0)]
    [InlineData("not user:user17", 999)]
    [InlineData("\"from user99 \"", 1)]
    [InlineData("agent.id:s1 severity:warning", 1000)]
    public void Finds_through_sealed_and_open_segments_exactly_what_a_scan_finds(string text, int expected)
    {
        var query = CompiledQuery.Compile(text, TimeProvider.System);
        var found = new EventQuery(running.Store, query, new TimeRange()).NewestFirst().Select(e => e.Position).ToList();
        Assert.Equal(expected, found.Count);
        Assert.Equal(running.Store.ReadBefore(ulong.MaxValue).Where(e => query.Match(e.Event)).Select(e => e.Position), found);
        Assert.Equal(found.AsEnumerable().Reverse(), new EventQuery(running.Store, query, new TimeRange()).OldestFirst().Select(e => e.Position));
    }

    [Fact]
    public void A_rare_value_reads_few_blocks()
    {
        var query = new EventQuery(running.Store, CompiledQuery.Compile("user:user17", TimeProvider.System), new TimeRange());
        Assert.Single(query.NewestFirst());
        Assert.Equal(1UL, query.Explain.BlocksRead);
        Assert.True(query.Explain.BlocksTotal >= Count / 32);
    }

    [Fact]
    public void A_time_range_reads_only_blocks_of_that_time()
    {
        var time = new TimeRange { From = Events.Day + (100 * Events.Second), To = Events.Day + (110 * Events.Second) };
        var query = new EventQuery(running.Store, CompiledQuery.All, time);
        Assert.Equal(Enumerable.Range(100, 10).Reverse(), query.NewestFirst().Select(e => (int)e.Event.Seq));
        Assert.True(query.Explain.BlocksRead <= 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pages_resume_at_their_cursor_without_gap_or_repetition(bool oldestFirst)
    {
        var seen = new List<ulong>();
        var cursor = Google.Protobuf.ByteString.Empty;
        for (var complete = false; !complete;)
        {
            var request = new QueryEventsRequest { Query = "source.ip:203.0.1.0/24", Limit = 37, Cursor = cursor, OldestFirst = oldestFirst };
            var pages = EventQuery.Create(running.Store, request, TimeProvider.System).Pages(request, CancellationToken.None).ToList();
            seen.AddRange(pages.SelectMany(p => p.Events).Select(e => e.Event.Seq));
            cursor = pages[^1].Cursor;
            complete = pages[^1].Complete;
        }

        var expected = Enumerable.Range(250, 250).Select(n => (ulong)n);
        Assert.Equal(oldestFirst ? expected : expected.Reverse(), seen);
    }

    [Fact]
    public void Plain_filters_hold_together_with_the_query_and_the_scope()
    {
        var request = new QueryEventsRequest { Query = "method:register", Types_ = { EventType.SipAuthFailed, EventType.SipCallEnd }, Severities = { Severity.Warning }, Host = "pbx1", SourceIp = "203.0.1.0/24", Limit = 5000 };
        Assert.Equal(250, Matches(request, null));
        Assert.Equal(1, Matches(new QueryEventsRequest(request) { User = "user300@example.org" }, null));
        Assert.Equal(0, Matches(request, e => e.Host == "pbx2"));
        Assert.Throws<QueryException>(() => Matches(new QueryEventsRequest { SourceIp = "nowhere" }, null));
    }

    private int Matches(QueryEventsRequest request, Func<Event, bool>? scope) =>
        EventQuery.Create(running.Store, request, TimeProvider.System, scope).Pages(request, CancellationToken.None).Sum(p => p.Events.Count);
}
