using SensorNet.Collector.Ingest;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;
using SensorNet.Collector.Tests.Ingest;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Storage;

public sealed class MaintenanceTests : IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Merged_indexes_answer_as_the_segments_own_did_and_survive_reopening()
    {
        var queries = new[] { "source.ip:203.0.1.0/24", "user:user17", "call_id:call-999@203.0.113.9", "type:sip.auth.failed and user:user500", "host:pbx1", "source.ip:203.0.3.9" };
        List<ulong>[] expected;
        await using (var running = await Filled(2000))
        {
            await running.Store.DrainAsync();
            Assert.Equal(31, running.Store.Segments.Count(s => s.IsMerged));
            expected = [.. queries.Select(q => Scan(running.Store, q))];
            Assert.Equal(expected, queries.Select(q => Ask(running.Store, q)));
        }

        using var store = directory.Open(segmentEvents: 64);
        Assert.Equal(31, store.Segments.Count(s => s.IsMerged));
        Assert.Equal(expected, queries.Select(q => Ask(store, q)));
        var verified = new StoreVerifier(store).Run(null, CancellationToken.None);
        Assert.True(verified.IsSound, string.Join('\n', verified.Problems));
        Assert.Equal(2000, verified.Events);
    }

    [Fact]
    public async Task A_dictionary_is_trained_when_there_is_enough_and_makes_later_blocks_smaller()
    {
        await using (var running = new RunningLoop(directory.Open()))
        {
            await Submit(running, 1, EventStore.FirstTrainingEvents);
            await running.Store.DrainAsync();
            Assert.NotNull(running.Store.Dictionaries.Current);
            var before = running.Store.Status().EventBytes;
            await Submit(running, EventStore.FirstTrainingEvents + 1, EventStore.FirstTrainingEvents);
            Assert.True(running.Store.Status().EventBytes - before < before * 19 / 20, $"{before} then {running.Store.Status().EventBytes - before}");
        }

        using var store = directory.Open();
        Assert.NotNull(store.Dictionaries.Current);
        Assert.Equal(2 * EventStore.FirstTrainingEvents, store.ReadAfter(0).Count());
    }

    [Fact]
    public async Task Reading_some_types_gives_what_reading_all_and_choosing_gives()
    {
        var types = new[] { EventType.SipAuthFailed, EventType.LogRaw, EventType.SipCallStart, EventType.Custom };
        await using var running = new RunningLoop(directory.Open(segmentEvents: 64));
        await running.Submit(Events.Batch(1, 500, n =>
        {
            var e = Events.AuthFailed(n);
            e.Type = types[n * 7 % types.Length];
            return e;
        }));
        var all = running.Store.ReadAfter(0).ToList();
        Func<ulong, EventType, bool> wanted = (position, type) => type == EventType.LogRaw ? position > all[300].Position : type == EventType.Custom;
        Assert.Equal(all.Skip(10).Where(e => wanted(e.Position, e.Event.Type)), running.Store.ReadAfter(all[9].Position, wanted));
    }

    [Fact]
    public async Task Retention_by_age_drops_whole_segments_and_readers_under_way_go_on()
    {
        var clock = new MovingClock();
        var options = new StoreOptions { Directory = directory.Path, SegmentEvents = 64, RetainFor = TimeSpan.FromDays(30) };
        await using var running = new RunningLoop(EventStore.Open(options, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance), clock);
        await Submit(running, 1, 320);
        clock.Now += TimeSpan.FromDays(20);
        await Submit(running, 321, 320);
        await running.Store.DrainAsync();
        using var reader = running.Store.ReadAfter(0).GetEnumerator();
        using var second = new EventQuery(running.Store, CompiledQuery.Compile("user:user7", clock), new TimeRange()).OldestFirst().GetEnumerator();
        Assert.True(reader.MoveNext());
        Assert.True(second.MoveNext());

        clock.Now += TimeSpan.FromDays(11);
        running.Store.ApplyRetention();
        Assert.Equal(320, running.Store.EventCount);
        Assert.Equal(Enumerable.Range(321, 320).Select(n => (ulong)n), running.Store.ReadAfter(0).Select(e => e.Event.Seq));
        while (reader.MoveNext() | second.MoveNext())
        {
        }

        await Submit(running, 641, 64);
        Assert.Equal(384, running.Store.EventCount);
    }

    [Fact]
    public async Task Retention_by_size_keeps_the_newest_and_what_was_dropped_stays_dropped()
    {
        int kept;
        await using (var running = await Filled(640, new StoreOptions { Directory = directory.Path, SegmentEvents = 64, RetainBytes = 8_000 }))
        {
            await running.Store.DrainAsync();
            running.Store.ApplyRetention();
            Assert.InRange(running.Store.Status().EventBytes, 1, 8_000);
            kept = (int)running.Store.EventCount;
            Assert.InRange(kept, 64, 576);
            Assert.Equal(640UL, running.Store.ReadBefore(ulong.MaxValue).First().Event.Seq);
        }

        using var store = directory.Open(segmentEvents: 64);
        Assert.Equal(kept, store.EventCount);
    }

    [Fact]
    public async Task A_backup_made_while_writing_is_a_sound_store_of_its_own()
    {
        await using var running = await Filled(500);
        var target = Path.Combine(directory.Path, "..", Path.GetFileName(directory.Path) + "-backup");
        try
        {
            Assert.True(running.Store.Backup(target) > 0);
            Assert.Throws<IOException>(() => running.Store.Backup(target));
            await Submit(running, 501, 10);
            using var copy = TemporaryStore.Open(new StoreOptions { Directory = target, ReadOnly = true });
            Assert.Equal(500, copy.EventCount);
            Assert.True(new StoreVerifier(copy).Run(null, CancellationToken.None).IsSound);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public async Task A_store_in_use_can_be_read_beside_its_collector()
    {
        await using var running = await Filled(100);
        using var beside = directory.Open(segmentEvents: 64, readOnly: true);
        Assert.Equal(100, beside.ReadAfter(0).Count());
    }

    [Fact]
    public async Task Late_events_of_a_day_ago_are_found_by_their_time()
    {
        await using var running = new RunningLoop(directory.Open(segmentEvents: 320));
        await Submit(running, 1, 400);
        await running.Submit(Events.Batch(401, 50, n => Events.AuthFailed(n, time: Events.Day - (86_400 * Events.Second) + n)));
        await running.Submit(Events.Batch(451, 400));
        var late = new EventQuery(running.Store, CompiledQuery.All, new TimeRange { To = Events.Day - (80_000 * Events.Second) });
        Assert.Equal(50, late.NewestFirst().Count());
        Assert.True(late.Explain.BlocksRead <= 4);
    }

    [Fact]
    public async Task A_clock_that_goes_back_changes_no_order_and_loses_nothing()
    {
        var clock = new MovingClock();
        await using var running = new RunningLoop(EventStore.Open(new StoreOptions { Directory = directory.Path, RetainFor = TimeSpan.FromDays(1) }, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance), clock);
        await Submit(running, 1, 100);
        clock.Now -= TimeSpan.FromDays(3);
        await Submit(running, 101, 100);
        running.Store.ApplyRetention();
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (ulong)n), running.Store.ReadAfter(0).Select(e => e.Event.Seq));
    }

    [Fact]
    public async Task Too_little_free_space_refuses_events_and_lets_changes_through()
    {
        await using var running = new RunningLoop(TemporaryStore.Open(new StoreOptions { Directory = directory.Path, MinFreeBytes = long.MaxValue }));
        await running.Loop.RunAsync(c => c.Put(Table.Alerts, "a"u8, "1"u8), CancellationToken.None);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => running.Submit(Events.Batch(1, 1)).AsTask());
        Assert.Contains("free", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(running.Store.Get(Table.Alerts, "a"u8));
    }

    [Fact]
    public async Task Calls_and_counters_go_when_their_time_and_their_events_are_past_and_not_before()
    {
        var clock = new MovingClock();
        var options = new StoreOptions { Directory = directory.Path, SegmentEvents = 64, RetainFor = TimeSpan.FromDays(90), RetainObjectsFor = TimeSpan.FromDays(400) };
        var store = EventStore.Open(options, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var objects = ObjectStages.Create(store);
        await using var running = new RunningLoop(store, new CommitOptions { Linger = TimeSpan.Zero }, clock, [.. objects.Stages]);

        // A capture of ten years ago, replayed now.
        var old = Events.Day - (3650L * 86_400 * Events.Second);
        await running.Submit(Events.Batch(1, 64, n =>
        {
            var e = Events.AuthFailed(n, time: old + (n * Events.Second));
            e.Type = EventType.SipCallStart;
            return e;
        }));
        clock.Now += TimeSpan.FromSeconds(10);
        await running.Submit(Events.Batch(65, 64));
        await store.DrainAsync();
        store.ApplyRetention();
        Assert.Equal(64, objects.CallReader.List(new ListCallsRequest { Time = new TimeRange { To = Events.Day } }).Count());
        Assert.Equal(64UL, Count(objects, old));

        clock.Now += TimeSpan.FromDays(91);
        await running.Submit(Events.Batch(129, 64));
        await store.DrainAsync();
        store.ApplyRetention();
        store.ApplyRetention(objectsToo: true);
        Assert.Empty(objects.CallReader.List(new ListCallsRequest { Time = new TimeRange { To = Events.Day } }));
        Assert.Null(objects.CallReader.Get("call-7@203.0.113.9"));
        Assert.Equal(0UL, Count(objects, old));
        Assert.Equal(128UL, Count(objects, Events.Day));
    }

    private static ulong Count(ObjectStages objects, long from) =>
        objects.StatisticsReader.Get(new GetStatisticsRequest { Time = new TimeRange { From = from, To = from + (86_400 * Events.Second) } }, TimeProvider.System).Total;

    private static List<ulong> Ask(EventStore store, string query) =>
        [.. new EventQuery(store, CompiledQuery.Compile(query, TimeProvider.System), new TimeRange()).NewestFirst().Select(e => e.Position)];

    private static List<ulong> Scan(EventStore store, string query)
    {
        var match = CompiledQuery.Compile(query, TimeProvider.System).Match;
        return [.. store.ReadBefore(ulong.MaxValue).Where(e => match(e.Event)).Select(e => e.Position)];
    }

    private static async Task Submit(RunningLoop running, int first, int count)
    {
        for (var at = first; at < first + count; at += 50)
        {
            await running.Submit(Events.Batch((ulong)at, Math.Min(50, first + count - at)));
        }
    }

    private async Task<RunningLoop> Filled(int events, StoreOptions? options = null)
    {
        var running = new RunningLoop(options is null ? directory.Open(segmentEvents: 64) : TemporaryStore.Open(options));
        await Submit(running, 1, events);
        return running;
    }

    private sealed class MovingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
