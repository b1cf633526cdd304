using Google.Protobuf;
using SensorNet.Collector.Query;
using SensorNet.Collector.Tests.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Query;

public sealed class QueryParserTests
{
    private static readonly Event Refused = new(Events.AuthFailed(7, "203.0.113.7"))
    {
        SensorId = "edge1",
        Seq = 12,
        Raw = ByteString.CopyFromUtf8("NOTICE[1]: Wrong Password from 203.0.113.7"),
        Sip = new Sip { Method = "REGISTER", StatusCode = 403, CallId = "abc(7)@host", Anomaly = { "folded_via", "oversize" } },
        Attributes = { ["tenant"] = "Blue" },
    };

    [Theory]
    [InlineData("", true)]
    [InlineData("*", true)]
    [InlineData("type:sip.auth.failed", true)]
    [InlineData("type:auth-failed", true)]
    [InlineData("event.type:registration_failure", true)]
    [InlineData("type:registration_failure", true)]
    [InlineData("type:AUTH_FAILURE", false)]
    [InlineData("type:sip.auth.*", true)]
    [InlineData("type:sip.call.*", false)]
    [InlineData("source.ip:203.0.113.7", true)]
    [InlineData("src_ip:203.0.113.0/24", true)]
    [InlineData("ip:203.0.113.8", false)]
    [InlineData("source.ip:203.0.113.*", true)]
    [InlineData("source.ip:2001:db8::/32", false)]
    [InlineData("user:USER7", true)]
    [InlineData("user:user?", true)]
    [InlineData("user:\"user?\"", false)]
    [InlineData("user:(alice or user7)", true)]
    [InlineData("user:(alice, bob)", false)]
    [InlineData("user!=user7", false)]
    [InlineData("user!=(alice or bob)", true)]
    [InlineData("status:403", true)]
    [InlineData("status:>=400 and status:<500", true)]
    [InlineData("status:[400 to 402]", false)]
    [InlineData("status:[400 to *]", true)]
    [InlineData("status>403", false)]
    [InlineData("severity:warning", true)]
    [InlineData("severity>=error", false)]
    [InlineData("sev:<error", true)]
    [InlineData("ua~^grandstream.*\\d", true)]
    [InlineData("user_agent:~friendly", false)]
    [InlineData("user_agent:grandstream*", true)]
    [InlineData("anomaly:oversize", true)]
    [InlineData("anomaly:over", false)]
    [InlineData("not user:alice", true)]
    [InlineData("!user:alice", true)]
    [InlineData("-user:user7", false)]
    [InlineData("user:alice or method:REGISTER", true)]
    [InlineData("user:alice or method:INVITE", false)]
    [InlineData("user:alice or user:user7 and method:INVITE", false)]
    [InlineData("(user:alice or user:user7) and method:register", true)]
    [InlineData("user:user7 method:register", true)]
    [InlineData("refused", true)]
    [InlineData("\"wrong password\"", true)]
    [InlineData("\"wrong  password\"", false)]
    [InlineData("wrong*from", true)]
    [InlineData("auth-failed", true)]
    [InlineData("nothing", false)]
    [InlineData("synthetic:false", true)]
    [InlineData("synthetic:true", false)]
    [InlineData("attributes.tenant:blue", true)]
    [InlineData("vm.id:*", false)]
    [InlineData("user:*", true)]
    [InlineData("call_id:\"abc(7)@host\"", true)]
    [InlineData("event.time:>=2026-03-01 and event.time:<2026-03-02", true)]
    [InlineData("event.time:[2026-03-01T00:00:07Z to 2026-03-01T00:00:07Z]", true)]
    [InlineData("event.time:[2026-03-01T00:00:07.000000000Z to 2026-03-01T00:00:07.000000001Z]", true)]
    [InlineData("event.time:<2026-03-01T00:00:07.000000001Z", true)]
    [InlineData("event.time:\"2026-03-01 00:00:07.0\"", true)]
    [InlineData("last:1h", true)]
    [InlineData("last:5m", false)]
    [InlineData("time_unknown:1 or user:user7", null)]
    public void Means_what_it_says(string query, bool? expected)
    {
        // Half an hour after the event.
        var clock = new FixedClock(DateTimeOffset.FromUnixTimeSeconds(Events.Day / Events.Second).AddMinutes(30));
        if (expected is null)
        {
            Assert.Throws<QueryException>(() => CompiledQuery.Compile(query, clock));
            return;
        }

        Assert.Equal(expected, CompiledQuery.Compile(query, clock).Match(Refused));
    }

    [Theory]
    [InlineData("usr:bob", 1, "did you mean \"user\"")]
    [InlineData("sip.status:500", 1, "did you mean \"sip.status_code\"")]
    [InlineData("user:alice and (status:403", 16, "never closed")]
    [InlineData("user:alice)", 11, "without its")]
    [InlineData("user:", 6, "missing")]
    [InlineData("user:alice and", 15, "missing at the end")]
    [InlineData("status:abc", 8, "no whole number")]
    [InlineData("source.ip:300.1.1.1", 11, "no IP address")]
    [InlineData("source.ip:203.0.113.0/33", 11, "no IP address")]
    [InlineData("user~(", 6, "never closed")]
    [InlineData("user~\"(\"", 6, "cannot be used")]
    [InlineData("user~\"(a)\\1\"", 6, "cannot be used")]
    [InlineData("type:sip.nothing", 6, "no event type")]
    [InlineData("severity:dreadful", 10, "no severity")]
    [InlineData("event.time:>soon", 13, "no time")]
    [InlineData("status:[1 2]", 11, "low to high")]
    [InlineData("[400 to 499]", 1, "needs its field")]
    [InlineData("\"abc", 1, "never closed")]
    [InlineData("last:week", 6, "no length of time")]
    [InlineData("synthetic:maybe", 11, "neither")]
    public void Names_the_column_of_an_error(string query, int column, string words)
    {
        var error = Assert.Throws<QueryException>(() => CompiledQuery.Compile(query, TimeProvider.System));
        Assert.Equal(column, error.Column);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_and_great_length_are_refused_not_overflowed()
    {
        Assert.Throws<QueryException>(() => CompiledQuery.Compile(new string('(', 5000) + "a", TimeProvider.System));
        Assert.Throws<QueryException>(() => CompiledQuery.Compile(new string('a', 10_000), TimeProvider.System));
        Assert.True(CompiledQuery.Compile(string.Concat(Enumerable.Repeat("not ", 1000)) + "user:user7", TimeProvider.System).Match(Refused));
    }

    [Fact]
    public void A_wildcard_that_would_explode_takes_no_time()
    {
        var text = new string('a', 5000);
        Assert.False(Wildcard.IsMatch(text, string.Concat(Enumerable.Repeat("*a", 100)) + "*b"));
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
