using SensorNet.V1;
using static SensorNet.Collector.Tests.Detection.Events;
using static SensorNet.Collector.Tests.Detection.RuleExample;
using static SensorNet.Collector.Tests.Detection.RuleExamples;
using static SensorNet.Collector.Tests.Detection.SipExamples;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>Examples for the rules about floods, broken messages and calls that no plain series shows.</summary>
internal static class TrafficExamples
{
    private const string Attacker = "203.0.113.9";
    private const string Night = "+33140000000";
    private const double ElevenHours = 11 * 3600;
    private static readonly string[] Kinds = ["bare_lf", "bad_date", "bad_contact", "old_branch", "folded_via", "bad_expires"];

    public static IReadOnlyDictionary<string, Func<RuleExample>> All { get; } = new Dictionary<string, Func<RuleExample>>
    {
        // Floods
        ["v11_request_flood"] = () => Single(Statistics(0, s => s.Requests = 149), Statistics(10, s => s.Requests = 150)),
        ["v11_request_flood_absolute"] = () => Single(
            Statistics(0, s => (s.Requests, s.Replies2Xx) = (2999, 2500)), Statistics(10, s => (s.Requests, s.Replies2Xx) = (3000, 2500))),
        ["v12_register_flood"] = () => Single(Statistics(0, s => s.ReqRegister = 199), Statistics(10, s => s.ReqRegister = 1)),
        ["v13_invite_flood"] = () => Single(Statistics(0, s => s.ReqInvite = 99), Statistics(10, s => s.ReqInvite = 1)),
        ["v14_options_flood"] = () => Single(Statistics(0, s => s.ReqOptions = 119), Statistics(10, s => s.ReqOptions = 1)),
        ["v14_options_flood_answered"] = () => Single(
            Statistics(0, s => (s.Requests, s.ReqOptions, s.Replies2Xx) = (599, 599, 599)), Statistics(10, s => (s.Requests, s.ReqOptions, s.Replies2Xx) = (1, 1, 1))),
        ["v15_proxy_flood"] = () => Single(At(0, EventType.ProxyRequestDropped, Attacker), At(1, EventType.ProxyPikeBlocked, Attacker)),
        ["v16_rate_exceeded"] = () => new([Rate(0, 8), Rate(60, 4)], [Rate(120, 8)]),
        ["v17_distributed_flood"] = () => Counted(50, i => Statistics(0, s => s.Requests = 7, $"198.51.100.{i + 1}")),
        ["v17_distributed_registrations"] = () => Counted(200, i => Statistics(0, s => (s.Requests, s.ReqRegister) = (1, 1), $"198.51.100.{i + 1}")),
        ["v22_reflection"] = () => Single(
            Statistics(0, s => (s.Requests, s.Bytes, s.ReplyBytes) = (100, 1000, 4900)), Statistics(10, s => (s.Requests, s.Bytes, s.ReplyBytes) = (100, 1000, 5000))),

        // Broken messages
        ["v18_fuzzing"] = () => Counted(6, i => Because(At(i, EventType.SipParseError, Attacker, user: ""), $"reason_{i % 3}")),
        ["v18_malformed"] = () => Counted(20, i => Because(At(i, EventType.SipParseError, Attacker, user: ""), "bad_via")),
        ["v18_anomalies"] = () => Counted(6, i => Anomaly(i, Kinds[i])),
        ["v20_injection"] = () => Single(Sip(0, EventType.SipOtherFailed, "REGISTER", "d'orsay", 404, Attacker, "o'andrews"), Sip(1, EventType.SipOtherFailed, "REGISTER", "' or ''='", 404, Attacker)),
        ["v21_exploit_marks"] = () => Single(Anomaly(0, "oversize"), Anomaly(1, "cseq_overflow")),
        ["v21_oversize"] = () => Single(Anomaly(0, "folded_via"), Anomaly(1, "oversize")),
        ["v32_digest_leak"] = () => Single(To(Anomaly(0, "tag_mismatch")), To(Anomaly(1, "challenged_bye"))),
        ["v48_foreign_bye"] = () => Single(Anomaly(0, "tag_mismatch"), Anomaly(1, "foreign_bye")),
        ["v49_foreign_requests"] = () => Counted(3, i => Anomaly(i, i == 0 ? "foreign_reinvite" : "foreign_cancel")),

        // Calls
        ["v34_open_relay"] = () => Single(Call(0, EventType.SipCallStart, Night), Stranger(Call(1, EventType.SipCallStart, Night))),
        ["v36_premium_call"] = () => Single(Call(0, EventType.SipCallAttempt, Night), Call(1, EventType.SipCallAttempt, "+881612345678")),
        ["v37_night_calls"] = () => new(
            [Call(0, EventType.SipCallStart, Night), .. Enumerable.Range(0, 5).Select(i => Call(ElevenHours + i, EventType.SipCallStart, Night))],
            [Call(ElevenHours + 60, EventType.SipCallStart, Night)]),
        ["v37_night_calls_abroad"] = () => new(
            [.. Enumerable.Range(0, 8).Select(i => Call(ElevenHours + i, EventType.SipCallStart, i % 2 == 0 ? Night : "+4989123456"))],
            [Call(ElevenHours + 60, EventType.SipCallStart, "+5359012345")]),
        ["v38_parallel_expensive"] = () => Counted(3, i => Call(i, EventType.SipCallStart, $"+25261100{i:0000}", callId: $"c{i}")),
        ["v38_parallel_expensive_critical"] = () => Counted(6, i => Call(i, EventType.SipCallStart, $"+25261100{i:0000}", callId: $"c{i}")),
        ["v38_parallel_abroad"] = () => Counted(10, i => Call(i * 30, EventType.SipCallStart, $"+3314000{i:0000}", callId: $"c{i}")),
        ["v40_calls_per_day"] = () => Counted(100, i => Call(i * 600, EventType.SipCallAttempt, $"+3314000{i:0000}")),
        ["v42_long_expensive_call"] = () => Single(Ended(0, "+881612345678", 3599), Ended(1, "+881612345678", 3600)),
        ["v43_expensive_minutes"] = () => Single(Ended(0, "+881612345678", 3599), Ended(1, "+881612345678", 1)),
        ["v45_wangiri_callback"] = () => new([Missed(0, "+21698939206"), Call(60, EventType.SipCallStart, "+21698939207")], [Call(120, EventType.SipCallStart, "+21698939206")]),
        ["v46_wangiri_trunk"] = () => Counted(15, i => Missed(i * 60, $"+2169{i:00}39206", $"{1000 + i}")),
        ["v47_caller_id_spoof"] = () => Single(Trunk(0, EventType.SipCallAttempt, "+4940999001"), Trunk(1, EventType.SipCallAttempt, "+4930123001")),
        ["v50_trunk_short_calls"] = () => Quarter(seconds: 20, answered: 50, attempts: 50, nextSeconds: 10, nextAnswered: 50),
        ["v52_trunk_failing"] = () => Quarter(seconds: 60, answered: 11, attempts: 50, nextSeconds: 60, nextAnswered: 9),
        ["x06_takeover_then_fraud"] = () => new(
            [
                .. Enumerable.Range(0, 8).Select(i => AuthFailed(i * 10, Attacker, $"{1040 + (i % 4)}")), Registered(100, Attacker, "1042"),
                Call(200, EventType.SipCallStart, "+252611000001", callId: "a"), Call(300, EventType.SipCallStart, "+252611000002", callId: "b"),
            ],
            [Call(400, EventType.SipCallStart, "+252611000003", callId: "c")]),
    };

    private static Event Anomaly(double seconds, string kind)
    {
        var e = Because(Sip(seconds, EventType.SipAnomaly, "OPTIONS", "", 0, Attacker), kind);
        e.Sip.Anomaly.Add(kind);
        return e;
    }

    private static Event To(Event e)
    {
        e.DestinationIp = Address("192.0.2.7");
        return e;
    }

    private static Event Rate(double seconds, uint multiple)
    {
        var e = At(seconds, EventType.SipRateExceeded, Attacker, user: "");
        e.Rate = new Rate { Subject = "requests", WindowS = 1, Limit = 30, Count = 240, Multiple = multiple };
        return e;
    }

    private static Event Stranger(Event e)
    {
        e.Sip.Credentials = false;
        return e;
    }

    private static Event Missed(double seconds, string caller, string callee = "1000")
    {
        var e = Sip(seconds, EventType.SipCallAttempt, "INVITE", callee, 487, "198.51.100.77", caller);
        e.Call = new Call { Cancelled = true, RingMs = 900 };
        return e;
    }

    private static Event Trunk(double seconds, EventType type, string caller)
    {
        var e = Sip(seconds, type, "INVITE", "1000", 486, CatalogueExampleTests.Carrier, caller);
        e.Sip.From.Uri.User = caller.TrimStart('+');
        return e;
    }

    /// <summary>A quarter of an hour of calls over a trunk that is told by the first call after it; then another.</summary>
    private static RuleExample Quarter(double seconds, int answered, int attempts, double nextSeconds, int nextAnswered) => new(
        [.. Calls(0, attempts, answered, seconds), Trunk(901, EventType.SipCallAttempt, "+4940")],
        [.. Calls(902, attempts, nextAnswered, nextSeconds), Trunk(1801, EventType.SipCallAttempt, "+4940")]);

    private static IEnumerable<Event> Calls(double start, int attempts, int answered, double seconds)
    {
        for (var i = 0; i < attempts; i++)
        {
            yield return Trunk(start + (i * 10), i < answered ? EventType.SipCallStart : EventType.SipCallAttempt, "+4940");
            if (i < answered)
            {
                var end = Trunk(start + (i * 10) + 5, EventType.SipCallEnd, "+4940");
                end.Call = new Call { BillsecMs = (ulong)(seconds * 1000) };
                yield return end;
            }
        }
    }
}
