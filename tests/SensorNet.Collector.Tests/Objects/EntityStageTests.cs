using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Storage;
using SensorNet.Collector.Tests.Detection;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Objects;

public sealed class EntityStageTests
{
    private const long Second = 1_000_000_000;

    /// <summary>Rows are stored a few at a time, so that at a crash some lack events that others have.</summary>
    [Fact]
    public void Every_event_is_counted_once_for_each_entity_wherever_the_collector_crashes()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var store = new MemoryStore();
            var stage = new EntityStage(store);
            for (var batch = 0; batch < 60; batch++)
            {
                store.IngestTime += random.NextInt64(Second);
                store.Commit([stage], [.. Enumerable.Range(0, random.Next(200)).Select(_ => Any(random))]);
                if (random.Next(10) == 0)
                {
                    stage = new EntityStage(store);
                }
            }

            Drain(store, stage);
            var counted = Entities(store);
            var expected = store.Events.Select(e => e.Event).SelectMany(e => new[] { ("source", Text(e.SourceIp)), ("user", e.User), ("aor", e.Aor), ("host", e.Host) })
                .CountBy(key => key).ToDictionary(c => c.Key, c => (ulong)c.Value);
            Assert.Equal(expected.OrderBy(c => c.Key), counted.ToDictionary(e => (e.Kind, e.Id), e => e.Events).OrderBy(c => c.Key));
            Assert.All(counted, e => Assert.Equal(e.Events, e.Counts.Values.Aggregate(0UL, (sum, n) => sum + n)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_change_is_stored_two_seconds_after_it_at_the_latest_while_few_things_change()
    {
        var store = new MemoryStore();
        var stage = new EntityStage(store);
        store.Commit([stage], Event(1));
        Assert.Empty(Entities(store));
        for (var i = 0; i < 20; i++)
        {
            store.IngestTime += Second / 10;
            store.Commit([stage], Event(2));
        }

        Assert.Equal(1UL, Entities(store).Single(e => e is { Kind: "source", Id: "203.0.0.1" }).Events);
    }

    [Fact]
    public void No_batch_stores_all_that_was_held_back()
    {
        var store = new MemoryStore();
        var stage = new EntityStage(store);
        store.Commit([stage], [.. Enumerable.Range(0, 5000).Select(Event)]);
        store.IngestTime += 3 * Second;
        store.Commit([stage], Event(1));
        Assert.InRange(Entities(store).Count, 64, 1000);
        Drain(store, stage);
        Assert.Equal(5000, Entities(store).Count(e => e.Kind == "source"));
    }

    private static void Drain(MemoryStore store, EntityStage stage)
    {
        for (var i = 0; i < 20; i++)
        {
            store.IngestTime += Second;
            store.Commit([stage], []);
        }
    }

    private static List<Entity> Entities(MemoryStore store) => [.. store.Scan(Table.Entities, default).Select(r => Entity.Parser.ParseFrom(r.Value))];

    private static Event Any(Random random)
    {
        var e = Event(random.Next(300));
        e.User = $"user{random.Next(400)}";
        e.Type = random.Next(2) == 0 ? EventType.SipAuthFailed : EventType.SipCallStart;
        return e;
    }

    private static Event Event(int n) => new()
    {
        Type = EventType.SipAuthFailed,
        EventTime = 1 + n,
        SourceIp = ByteString.CopyFrom(203, 0, (byte)(n >> 8), (byte)n),
        User = $"user{n}",
        Aor = $"user{n % 50}@pbx.example.net",
        Host = "pbx1",
    };

    private static string Text(ByteString address) => new System.Net.IPAddress(address.Span).ToString();
}
