using SensorNet.Collector.Objects;
using SensorNet.Collector.Query;
using SensorNet.Collector.Tests.Ingest;
using SensorNet.Collector.Tests.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Objects;

public sealed class ObjectStagesTests : IDisposable
{
    private const long Start = Events.Day + (3600 * Events.Second);

    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_call_has_its_duration_from_dialling_and_its_billsec_from_the_answer()
    {
        await using var running = Open(out var objects);
        await running.Submit(Batch(1, CallStart("c1", Start + (5 * Events.Second), pdd: 5000), CallEnd("c1", Start + (65 * Events.Second), 65_000, 60_000)));
        var call = objects.CallReader.Get("c1");
        Assert.NotNull(call);
        Assert.Equal((Start, Start + (5 * Events.Second), Start + (65 * Events.Second)), (call.StartTime, call.AnswerTime, call.EndTime));
        Assert.Equal((65_000UL, 60_000UL, "answered", "caller"), (call.DurationMs, call.BillsecMs, call.State, call.HangupBy));
        Assert.Equal(("1001", "+15551234", "Yealink T46", "Asterisk 20"), (call.Src, call.Dst, call.SrcUserAgent, call.DstUserAgent));
        Assert.Equal(2, call.Positions.Count);
        var cdr = running.Store.ReadBefore(ulong.MaxValue).Select(e => e.Event).First(e => e.Type == EventType.Cdr);
        Assert.Equal((60_000UL, "1001", 0UL), (cdr.Call.BillsecMs, call.Src, cdr.Seq));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_is_the_same_whichever_event_comes_first_and_across_a_restart(bool endFirst)
    {
        var events = new[] { CallStart("c1", Start + (5 * Events.Second), pdd: 5000), CallEnd("c1", Start + (65 * Events.Second), 65_000, 60_000) };
        if (endFirst)
        {
            Array.Reverse(events);
        }

        await using (var first = Open(out _))
        {
            await first.Submit(Batch(1, events[0]));
        }

        await using var running = Open(out var objects);
        await running.Submit(Batch(2, events[1]));
        var call = Assert.Single(objects.CallReader.List(new ListCallsRequest()));
        Assert.Equal((Start, 65_000UL, 60_000UL, "answered"), (call.StartTime, call.DurationMs, call.BillsecMs, call.State));
    }

    [Fact]
    public async Task Calls_are_listed_newest_first_by_time_user_state_and_source_and_resume_at_a_cursor()
    {
        await using var running = Open(out var objects);
        await running.Submit(Batch(1, [.. Enumerable.Range(0, 20).Select(i => CallStart($"c{i}", Start + (i * Events.Second), pdd: 0))]));
        await running.Submit(Batch(21, CallEnd("c3", Start + (50 * Events.Second), 47_000, 47_000)));
        var reader = objects.CallReader;
        Assert.Equal(Enumerable.Range(0, 20).Reverse().Select(i => $"c{i}"), reader.List(new ListCallsRequest()).Select(c => c.CallId));
        var page = reader.List(new ListCallsRequest { Limit = 5 }).ToList();
        var rest = reader.List(new ListCallsRequest { Cursor = Google.Protobuf.ByteString.CopyFrom(CallReader.CursorAfter(page[^1])) }).ToList();
        Assert.Equal(20, page.Concat(rest).Select(c => c.CallId).Distinct().Count());
        Assert.Equal("c3", Assert.Single(reader.List(new ListCallsRequest { State = "answered" })).CallId);
        Assert.Equal(3, reader.List(new ListCallsRequest { Time = new TimeRange { From = Start + Events.Second, To = Start + (4 * Events.Second) } }).Count());
        Assert.Equal(20, reader.List(new ListCallsRequest { User = "1001", SourceIp = "192.0.2.0/24", Query = "yealink" }).Count());
        Assert.Empty(reader.List(new ListCallsRequest { SourceIp = "198.51.100.0/24" }));
        Assert.Equal("c3", Assert.Single(reader.List(new ListCallsRequest { Query = "call.duration>40s and not user:bob and call_id:c3" })).CallId);
        Assert.Throws<QueryException>(() => reader.List(new ListCallsRequest { Query = "colour:red" }));
        Assert.Throws<QueryException>(() => reader.List(new ListCallsRequest { SourceIp = "x" }));
    }

    [Fact]
    public async Task A_refused_call_is_an_attempt_with_its_status()
    {
        await using var running = Open(out var objects);
        var attempt = CallStart("c1", Start, pdd: 0);
        attempt.Type = EventType.SipCallAttempt;
        attempt.Sip.StatusCode = 486;
        attempt.Sip.Reason = "Busy Here";
        await running.Submit(Batch(1, attempt));
        var call = objects.CallReader.Get("c1")!;
        Assert.Equal(("attempt", 486U, "Busy Here", 0UL), (call.State, call.StatusCode, call.Reason, call.BillsecMs));
    }

    [Fact]
    public async Task Registrations_follow_new_removed_and_expired()
    {
        await using var running = Open(out var objects);
        await running.Submit(Batch(1, Registration(EventType.SipRegistrationNew, "sip:a@192.0.2.1"), Registration(EventType.SipRegistrationNew, "sip:a@192.0.2.2")));
        Assert.Equal(2, objects.RegistrationReader.List(new ListRegistrationsRequest()).Count());
        await running.Submit(Batch(3, Registration(EventType.SipRegistrationExpired, "sip:a@192.0.2.1")));
        Assert.Equal("sip:a@192.0.2.2", Assert.Single(objects.RegistrationReader.List(new ListRegistrationsRequest { Aor = "a@example.org" })).Contact);
        await running.Submit(Batch(4, Registration(EventType.SipRegistrationRemoved, "*")));
        Assert.Empty(objects.RegistrationReader.List(new ListRegistrationsRequest()));
        Assert.Equal(["expired", "removed"], objects.RegistrationReader.List(new ListRegistrationsRequest { State = "all" }).Select(r => r.State).Order());
    }

    [Fact]
    public async Task An_account_is_told_how_many_of_its_machines_run()
    {
        await using var running = Open(out var objects);
        Event Machine(EventType type, string id) => new() { Type = type, EventTime = Start, User = "alice", VmId = id };
        await running.Submit(Batch(1,
            Machine(EventType.VmCreated, "a"), Machine(EventType.VmStarted, "a"), Machine(EventType.VmStarted, "b"),
            Machine(EventType.VmStarted, "c"), Machine(EventType.VmStopped, "c"), Machine(EventType.VmError, "d")));
        var activity = objects.EntityReader.Activity(new GetEntityActivityRequest { Kind = "user", Id = "alice", Time = new TimeRange { From = Start } });
        Assert.Equal((6UL, 2UL), (activity.VmOperations, activity.ActiveVms));
    }

    [Fact]
    public async Task An_AoR_of_hundreds_of_contacts_keeps_one_row_for_each_across_a_restart()
    {
        await using (var first = Open(out _))
        {
            await first.Submit(Batch(1, [.. Enumerable.Range(0, 600).Select(i => Registration(EventType.SipRegistrationNew, $"sip:a@192.0.2.1:{i:D4}"))]));
        }

        await using var running = Open(out var objects);
        await running.Submit(Batch(601, Registration(EventType.SipRegistrationExpired, "sip:a@192.0.2.1:0599"), Registration(EventType.SipRegistrationNew, "sip:a@192.0.2.1:0001")));
        var all = objects.RegistrationReader.List(new ListRegistrationsRequest { State = "all" }).ToList();
        Assert.Equal(600, all.Count);
        Assert.Equal("sip:a@192.0.2.1:0599", Assert.Single(all, r => r.State == "expired").Contact);
    }

    [Fact]
    public async Task Entities_and_statistics_count_every_event_once_even_after_a_restart()
    {
        await using (var running = Open(out _))
        {
            await running.Submit(Events.Batch(1, 100));
        }

        await using (var running = Open(out var objects))
        {
            await running.Submit(Events.Batch(101, 100));
            var statistics = objects.StatisticsReader.Get(new GetStatisticsRequest { Time = new TimeRange { From = Events.Day, To = Events.Day + (86_400 * Events.Second) }, GroupBy = { "type", "severity", "status", "user", "category" } }, TimeProvider.System);
            Assert.Equal(200UL, statistics.Total);
            Assert.Equal(200UL, statistics.Groups.Single(g => g.Dimension == "type").Count);
            Assert.Equal(("403", 200UL), statistics.Groups.Where(g => g.Dimension == "status").Select(g => (g.Value, g.Count)).Single());
            Assert.Equal(10, statistics.Groups.Count(g => g.Dimension == "user"));
            Assert.Equal("sip", statistics.Groups.Single(g => g.Dimension == "category").Value);
        }

        await using var again = Open(out var reopened);
        var host = reopened.EntityReader.Get("host", "PBX1")!;
        Assert.Equal(200UL, host.Events);
        Assert.Equal(200UL, host.Counts["sip.auth.failed"]);
        var source = reopened.EntityReader.List(new ListEntitiesRequest { Kind = "source", Query = "203.0.0.0/24", Limit = 3, Order = "last_seen" });
        Assert.Equal(["203.0.0.200", "203.0.0.199", "203.0.0.198"], source.Select(s => s.Id));
        var activity = reopened.EntityReader.Activity(new GetEntityActivityRequest { Kind = "user", Id = "user7" });
        Assert.Equal(1UL, activity.FailedAuthentications);
        Assert.Single(activity.Recent);
        Assert.Throws<QueryException>(() => reopened.EntityReader.Get("planet", "x"));
    }

    [Fact]
    public async Task A_source_belongs_where_its_newest_located_event_said()
    {
        await using (var running = Open(out _))
        {
            var located = Events.AuthFailed(1);
            located.Enrichment = new Enrichment { SourceCountry = "NL", SourceAsn = 64500 };
            await running.Submit(Batch(1, located, Events.AuthFailed(1)));
        }

        await using var again = Open(out var reopened);
        var source = Assert.Single(reopened.EntityReader.List(new ListEntitiesRequest { Kind = "source" }));
        Assert.Equal(("NL", 64500u, 2UL), (source.Country, source.Asn, source.Events));
        Assert.Equal("", Assert.Single(reopened.EntityReader.List(new ListEntitiesRequest { Kind = "host" })).Country);
    }

    [Fact]
    public async Task Statistics_from_counters_equal_statistics_from_events_bucket_by_bucket()
    {
        await using var running = Open(out var objects);
        for (var i = 0; i < 10; i++)
        {
            await running.Submit(Events.Batch((ulong)(i * 500) + 1, 500, n => Events.AuthFailed(n, time: Events.Day + (n * 3L * Events.Second))));
        }

        foreach (var bucket in new uint[] { 0, 60, 300, 3600 })
        {
            var request = new GetStatisticsRequest { Time = new TimeRange { From = Events.Day, To = Events.Day + (5 * 3600 * Events.Second) }, GroupBy = { "type", "host" }, BucketS = bucket };
            var counted = objects.StatisticsReader.Get(request, TimeProvider.System);
            request.Query = "type:*";
            var scanned = objects.StatisticsReader.Get(request, TimeProvider.System);
            Assert.Equal(5000UL, counted.Total);
            Assert.Equal(scanned.Groups, counted.Groups);
            Assert.Equal(scanned.Buckets, counted.Buckets);
        }
    }

    [Fact]
    public async Task Recent_critical_events_come_with_the_statistics_of_the_last_day()
    {
        await using var running = Open(out var objects);
        var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        await running.Submit(Events.Batch(1, 3, n =>
        {
            var e = Events.AuthFailed(n, time: now - Events.Second);
            e.Severity = n == 2 ? Severity.Critical : Severity.Info;
            return e;
        }));
        var statistics = objects.StatisticsReader.Get(new GetStatisticsRequest(), TimeProvider.System);
        Assert.Equal(3UL, statistics.Total);
        Assert.Equal(2UL, Assert.Single(statistics.RecentCritical).Event.Seq);
        Assert.Throws<QueryException>(() => objects.StatisticsReader.Get(new GetStatisticsRequest { GroupBy = { "colour" } }, TimeProvider.System));
    }

    private RunningLoop Open(out ObjectStages objects)
    {
        var store = directory.Open();
        objects = ObjectStages.Create(store);
        return new RunningLoop(store, [.. objects.Stages]);
    }

    private static EventBatch Batch(ulong first, params Event[] events) => new() { FirstSeq = first, Events = { events } };

    private static Event CallStart(string callId, long time, ulong pdd) => new()
    {
        Type = EventType.SipCallStart,
        EventTime = time,
        Host = "pbx1",
        SourceIp = Events.Ip("192.0.2.10"),
        SourcePort = 5060,
        DestinationIp = Events.Ip("192.0.2.20"),
        DestinationPort = 5060,
        User = "1001",
        UserAgent = "Yealink T46",
        Sip = new Sip { Method = "INVITE", StatusCode = 200, CallId = callId, From = Address("1001"), To = Address("+15551234"), Uri = new SipUri { User = "+15551234" } },
        Call = new Call { DurationMs = pdd, CalleeUserAgent = "Asterisk 20" },
    };

    private static Event CallEnd(string callId, long time, ulong duration, ulong billsec) => new()
    {
        Type = EventType.SipCallEnd,
        EventTime = time,
        Host = "pbx1",
        SourceIp = Events.Ip("192.0.2.10"),
        User = "1001",
        UserAgent = "Yealink T46",
        Sip = new Sip { Method = "BYE", StatusCode = 200, CallId = callId, From = Address("1001"), To = Address("+15551234") },
        Call = new Call { DurationMs = duration, BillsecMs = billsec, HangupBy = "caller", HangupCause = "normal", CalleeUserAgent = "Asterisk 20" },
    };

    private static Event Registration(EventType type, string contact) => new()
    {
        Type = type,
        EventTime = Start,
        Host = "pbx1",
        Aor = "a@example.org",
        User = "a",
        SourceIp = Events.Ip("192.0.2.1"),
        Sip = new Sip { Method = "REGISTER", StatusCode = 200, Expires = 3600, Contact = { contact } },
    };

    private static SipAddress Address(string user) => new() { Uri = new SipUri { User = user, Host = "example.org" } };
}
