using FsCheck;
using FsCheck.Fluent;
using SensorNet.Collector.Query;
using SensorNet.Collector.Tests.Ingest;
using SensorNet.Collector.Tests.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Query;

public sealed class QueryPropertyTests : IAsyncLifetime
{
    private static readonly string[] Scraps =
    [
        "user", "source.ip", "type", "status", "severity", "@timestamp", "call_id", "user_agent", "synthetic", "attributes.x", "nosuch", "last", "before",
        ":", "=", "!=", ">=", "<", "~", "(", ")", "[", "]", " to ", " and ", " or ", "not ", "!", "-", "\"", "'", "\\", "*", "?", ",", " ", "|", "&&",
        "user7", "203.0.113.0/24", "::1", "1h", "now-5m", "sip.auth.failed", "403", "warning", "a.*b", "[a-z]+", "(a|b", "\u0000", "é", "𐍈", "\uD800",
    ];

    private static readonly string[] Tests =
    [
        "user:user1", "user:user2?", "user:*3", "source.ip:203.0.0.17", "source.ip:203.0.1.0/26", "source.ip:2001:db8::/32", "aor:user44@example.org", "call_id:call-90@203.0.113.9",
        "host:PBX1", "severity>=warning", "severity:critical", "type:auth-failed", "type:sip.call.*", "status:403", "status<403", "user_agent:*2170*", "ua~gxp", "refused", "\"user5 \"", "agent.id:s1",
        "event.time:>2026-03-01T00:05:00Z", "attributes.x:1", "synthetic:true", "method:register",
    ];

    private readonly TemporaryStore directory = new();
    private RunningLoop running = null!;
    private List<StoredEvent> all = null!;

    public async ValueTask InitializeAsync()
    {
        running = new RunningLoop(directory.Open(segmentEvents: 64));
        for (var i = 0; i < 30; i++)
        {
            await running.Submit(Events.Batch((ulong)(i * 37) + 1, 37, n =>
            {
                var e = Events.AuthFailed(n, n % 11 == 0 ? $"2001:db8:{n % 3:x}::{n:x}" : "");
                e.Type = n % 5 == 0 ? EventType.SipCallStart : e.Type;
                e.Severity = (Severity)(1 + (n % 4));
                return e;
            }));
        }

        await running.Store.DrainAsync();
        all = [.. running.Store.ReadBefore(ulong.MaxValue)];
    }

    public async ValueTask DisposeAsync()
    {
        await running.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public void Whatever_is_typed_is_a_query_or_an_error_with_its_place()
    {
        var sample = Events.AuthFailed(7);
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Scraps[random.Next(Scraps.Length)]));
            try
            {
                CompiledQuery.Compile(text, TimeProvider.System).Match(sample);
            }
            catch (QueryException e)
            {
                Assert.InRange(e.Column, 0, text.Length + 1);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Plans_and_byte_tests_find_exactly_what_the_predicate_finds()
    {
        Assert.Contains(running.Store.Segments, s => s.IsMerged);
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var text = Make(random, 3);
            var query = CompiledQuery.Compile(text, TimeProvider.System);
            var time = random.Next(2) == 0 ? new TimeRange() : new TimeRange { From = Events.Day + (random.Next(400) * Events.Second), To = Events.Day + (random.Next(300, 800) * Events.Second) };
            var expected = all.Where(e => query.Match(e.Event) && (time.From == 0 || (e.Event.EventTime >= time.From && e.Event.EventTime < time.To))).Select(e => e.Position);
            Assert.Equal(expected, new EventQuery(running.Store, query, time).NewestFirst().Select(e => e.Position));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static string Make(Random random, int depth) => random.Next(depth == 0 ? 1 : 5) switch
    {
        0 or 1 => Tests[random.Next(Tests.Length)],
        2 => $"({Make(random, depth - 1)} and {Make(random, depth - 1)})",
        3 => $"({Make(random, depth - 1)} or {Make(random, depth - 1)})",
        _ => $"not ({Make(random, depth - 1)})",
    };
}
