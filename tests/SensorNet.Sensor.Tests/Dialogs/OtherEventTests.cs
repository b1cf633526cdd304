using System.Net;
using SensorNet.Sensor.Dialogs;
using SensorNet.V1;
using static SensorNet.Sensor.Tests.Dialogs.TrackerBench;

namespace SensorNet.Sensor.Tests.Dialogs;

public sealed class OtherEventTests
{
    private readonly TrackerBench _bench = new();

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("MESSAGE")]
    [InlineData("PUBLISH")]
    [InlineData("NEWMETHOD")]
    public void The_outcome_of_any_other_transaction_is_told(string method)
    {
        Exchange(Message.Request(method), 200);
        Assert.Equal(method, _bench.Only(EventType.SipOtherOk).Sip.Method);
        Exchange(Message.Request(method) with { CSeq = 2 }, 500);
        Assert.Equal(500U, _bench.Only(EventType.SipOtherFailed).Sip.StatusCode);
        _bench.Send(Caller, Proxy, Message.Request(method) with { CSeq = 3 });
        var sent = _bench.Elapsed;
        _bench.Wait(33);
        Assert.Equal(sent + TimeSpan.FromSeconds(32), At(_bench.Only(EventType.SipOtherTimeout)));
    }

    [Fact]
    public void What_looks_like_sip_and_cannot_be_read_is_a_parse_error()
    {
        _bench.Send(Caller, Proxy, "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nCSeq: 1 INVITE\r\n\r\n");
        var error = _bench.Only(EventType.SipParseError);
        Assert.Equal("missing_call_id", error.Reason);
        Assert.Equal("INVITE", error.Sip.Method);
        Assert.Contains("INVITE sip:a@b SIP/2.0\\r\\n", error.Attributes["excerpt"], StringComparison.Ordinal);
        Assert.True(error.Sip.ErrorOffset > 0);
    }

    [Fact]
    public void What_is_not_sip_on_a_sip_port_is_a_probe()
    {
        _bench.Send(Attacker, Proxy, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal("http", _bench.Only(EventType.SipMsgProbe).Reason);
        _bench.Send(Attacker, Proxy + ":12345", "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        _bench.Only(EventType.SipMsgProbe);
    }

    [Fact]
    public void Keepalives_and_media_are_only_counted()
    {
        _bench.Send(Caller, Proxy, "\r\n");
        _bench.Send(Caller, Proxy, "\r\n\r\n");
        _bench.Send(Caller, Proxy, new byte[4]);
        _bench.Send(Caller, Proxy, [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        _bench.Send(Caller, Proxy, [0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9, 9]);
        _bench.Send(Caller, Proxy, [0x80, 200, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
        _bench.Send(Caller, Proxy, [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
        Assert.Empty(_bench.Told);
        var counters = _bench.Counters();
        Assert.Equal(2UL, counters["keepalive.crlf"]);
        foreach (var kind in new[] { "keepalive.zero", "stun", "rtp", "rtcp", "dtls" })
        {
            Assert.Equal(1UL, counters[kind]);
        }
    }

    [Fact]
    public void What_the_capture_cut_beyond_reading_is_counted_and_blamed_on_nobody()
    {
        _bench.Send(Caller, Proxy, Message.Request("INVITE").ToBytes()[..90], SensorNet.Sensor.Decode.TransportKind.Udp, truncated: true);
        Assert.Empty(_bench.Told);
        Assert.Equal(1UL, _bench.Counters()["cut"]);
    }

    [Theory]
    [InlineData("000100082112a442000000000000000000000000" + "0003000400000006", true)]
    [InlineData("0001000800112233445566778899aabbccddeeff" + "0003000400000006", true)]
    [InlineData("0001000000112233445566778899aabbccddeeff", true)]
    [InlineData("0005000000112233445566778899aabbccddeeff", false)]
    [InlineData("0001000900112233445566778899aabbccddeeff", false)]
    public void Stun_is_known_with_and_without_its_cookie(string hex, bool stun)
    {
        _bench.Send(Caller, Proxy, Convert.FromHexString(hex));
        Assert.Equal(stun ? 0 : 1, _bench.Count(EventType.SipMsgProbe));
        Assert.Equal(stun ? 1UL : 0UL, _bench.Counters()["stun"]);
    }

    [Fact]
    public void A_clock_that_is_set_back_stops_nothing()
    {
        var early = Message.Request("OPTIONS");
        _bench.Send(Caller, Proxy, early);
        var before = _bench.Now;
        _bench.SetClock(TimeSpan.FromHours(-1));
        _bench.Call();
        _bench.Wait(40);
        Assert.Equal(2001UL, _bench.Only(EventType.SipCallStart).Call.RingMs);
        Assert.True(_bench.Only(EventType.SipCallStart).EventTime < before - 3_590_000_000_000);
        var timeout = _bench.Only(EventType.SipOtherTimeout);
        Assert.Equal(before + 32_000_000_000 - 3_600_000_000_000, timeout.EventTime, 1_000_000_000.0);
        Assert.Equal(1UL, _bench.Counters()["clock_set_back"]);
    }

    [Fact]
    public void An_anomaly_rides_on_the_event_of_its_message()
    {
        Exchange(Message.Request("OPTIONS", "http:x"), 404);
        Assert.Contains("unknown_scheme", _bench.Only(EventType.SipOtherFailed).Sip.Anomaly);
        _bench.None(EventType.SipAnomaly);
    }

    [Fact]
    public void An_anomaly_stands_alone_when_no_other_event_would_carry_it()
    {
        var register = Message.Request("REGISTER", "sip:example.org") with { To = "<sip:1000@example.org>", Headers = ["Contact: <sip:1000@192.0.2.1>"] };
        Exchange(register, 200);
        _bench.None(EventType.SipAnomaly);
        Exchange(register with { CSeq = 2, Branch = "z9hG4bK", Headers = ["Contact: <sip:1000@192.0.2.1>", "User-Agent: x' or '1'='1"] }, 200);
        var anomaly = _bench.Only(EventType.SipAnomaly);
        Assert.Equal("sql_in_header", anomaly.Reason);
        Assert.Contains("bad_branch", anomaly.Sip.Anomaly);
    }

    [Fact]
    public void An_anomaly_of_a_reply_rides_on_the_event_of_its_transaction()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(180, "callee", "Content-Length: 77"));
        _bench.Send(Proxy, Caller, invite.Reply(200));
        Assert.Contains("duplicate_header", _bench.Only(EventType.SipCallStart).Sip.Anomaly);
        _bench.None(EventType.SipAnomaly);
    }

    [Fact]
    public void An_anomaly_of_a_reply_that_raises_no_event_stands_alone()
    {
        var register = Message.Request("REGISTER", "sip:example.org") with { To = "<sip:1000@example.org>", Headers = ["Contact: <sip:1000@192.0.2.1>"] };
        Exchange(register, 200);
        var refresh = register with { CSeq = 2, Branch = "z9hG4bKrefresh" };
        _bench.Send(Caller, Proxy, refresh);
        _bench.Send(Proxy, Caller, refresh.Reply(200, "s", "Content-Length: 77"));
        Assert.Contains("duplicate_header", _bench.Only(EventType.SipAnomaly).Sip.Anomaly);
    }

    [Fact]
    public void An_anomaly_of_a_request_that_is_challenged_is_told_with_the_one_that_answers_the_challenge()
    {
        var invite = Message.Request("INVITE").With("User-Agent: x' or '1'='1");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(407, "x", "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""));
        var again = Message.Request("INVITE").With("Proxy-Authorization: Digest username=\"1000\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"1\"") with { CSeq = 2 };
        Exchange(again, 486);
        Assert.Contains("sql_in_header", _bench.Only(EventType.SipCallAttempt).Sip.Anomaly);
        _bench.None(EventType.SipAnomaly);
    }

    [Fact]
    public void What_the_capture_cut_off_is_no_anomaly_of_the_sender()
    {
        var invite = Message.Request("INVITE") with { Body = new string('v', 900) };
        _bench.Send(Caller, Proxy, invite.ToBytes()[..600], SensorNet.Sensor.Decode.TransportKind.Udp, truncated: true);
        _bench.Send(Proxy, Caller, invite.Reply(486));
        Assert.Empty(_bench.Only(EventType.SipCallAttempt).Sip.Anomaly);
    }

    [Theory]
    [InlineData("User-Agent: x' OR '1'='1", "sql_in_header")]
    [InlineData("Contact: <sip:a'; drop table users;--@h>", "sql_in_header")]
    [InlineData("Subject: <script>alert(1)</script>", "script_in_header")]
    [InlineData("User-Agent: ${jndi:ldap://x}", "script_in_header")]
    public void Injection_in_headers_is_an_anomaly(string header, string kind)
    {
        Exchange(Message.Request("OPTIONS").With(header), 200);
        Assert.Contains(kind, _bench.Only(EventType.SipOtherOk).Sip.Anomaly);
    }

    [Theory]
    [InlineData("User-Agent: O'Reilly's Phone 2.0 (it's fine)")]
    [InlineData("Subject: 10$ or less")]
    public void An_apostrophe_alone_is_none(string header)
    {
        Exchange(Message.Request("OPTIONS").With(header), 200);
        Assert.Empty(_bench.Only(EventType.SipOtherOk).Sip.Anomaly);
    }

    [Fact]
    public void An_oversize_message_is_tracked_and_noted()
    {
        var invite = Message.Request("INVITE").With("X-Fill: " + new string('x', 40_000));
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(486));
        Assert.Contains("oversize", _bench.Only(EventType.SipCallAttempt).Sip.Anomaly);
    }

    [Fact]
    public void An_identifier_of_any_length_is_tracked()
    {
        var id = new string('y', 30_000);
        var invite = Message.Request("INVITE") with { CallId = id };
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(486));
        Assert.Contains("long_identifier", _bench.Only(EventType.SipCallAttempt).Sip.Anomaly);
    }

    [Fact]
    public void A_scanner_is_told_once_in_ten_minutes()
    {
        for (var i = 0; i < 100; i++)
        {
            _bench.Send(Attacker, Proxy, Message.Request("OPTIONS") with { CallId = $"{i}", Headers = ["User-Agent: friendly-scanner"] });
            _bench.Wait(5);
        }

        var seen = _bench.Only(EventType.SipScannerSeen);
        Assert.Equal("user_agent", seen.Reason);
        Assert.Equal("friendly-scanner", seen.UserAgent);
        _bench.Wait(600);
        _bench.Send(Attacker, Proxy, Message.Request("OPTIONS") with { CallId = "later", Headers = ["User-Agent: friendly-scanner"] });
        Assert.Equal(2, _bench.Count(EventType.SipScannerSeen));
    }

    [Fact]
    public void A_scanner_is_known_by_the_form_of_its_requests()
    {
        var probe = Message.Request("OPTIONS", "sip:100@192.0.2.10") with
        {
            From = "\"sipvicious\"<sip:100@1.1.1.1>;tag=3837", Headers = ["User-Agent: Cisco", "Contact: <sip:100@198.51.100.66:5060>"],
        };
        _bench.Send(Attacker, Proxy, probe);
        Assert.Equal("fingerprint", _bench.Only(EventType.SipScannerSeen).Reason);
    }

    [Fact]
    public void Who_scans_or_asks_for_nobody_knocks_at_the_door()
    {
        _bench.Send(Attacker, Proxy, Message.Request("OPTIONS") with { Headers = ["User-Agent: sipvicious"] });
        Assert.Equal("scanner_agent", _bench.Only(EventType.SipDoorKnock).Reason);
        var register = Message.Request("REGISTER") with { CallId = "k", To = "<sip:9999@example.org>" };
        Exchange(register, 404);
        Assert.Equal("no_such_user", _bench.Events.Last(e => e.Type == EventType.SipDoorKnock).Reason);
    }

    [Fact]
    public void A_call_of_an_unregistered_source_that_is_refused_is_a_knock()
    {
        Exchange(Message.Request("INVITE"), 403);
        Assert.Equal("invite_without_registration", _bench.Only(EventType.SipDoorKnock).Reason);
    }

    [Fact]
    public void A_registered_source_does_not_knock()
    {
        var register = Message.Request("REGISTER", "sip:example.org") with { CallId = "r", To = "<sip:1000@example.org>", Headers = ["Contact: <sip:1000@192.0.2.1>"] };
        Exchange(register, 200);
        Exchange(Message.Request("INVITE"), 404);
        _bench.None(EventType.SipDoorKnock);
    }

    [Fact]
    public void A_call_that_a_proxy_passes_on_is_no_knock()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Callee, invite.Relayed(Proxy, "sip:2000@192.0.2.2"));
        _bench.Send(Proxy, Caller, invite.Reply(404));
        _bench.None(EventType.SipDoorKnock);
    }

    [Theory]
    [InlineData("sip:x@example.org", null)]
    [InlineData("sip:x@Example.Org:5060", null)]
    [InlineData("sip:x@elsewhere.net", "unknown_domain")]
    [InlineData("sip:x@192.0.2.10", "ip_as_domain")]
    [InlineData("sip:x@[2001:db8::1]", "ip_as_domain")]
    public void Domains_are_judged_when_ours_are_configured(string uri, string? reason)
    {
        var bench = new TrackerBench(new TrackerOptions { LocalDomains = ["example.org"] });
        bench.Send(Attacker, Proxy, Message.Request("OPTIONS", uri));
        Assert.Equal(reason, bench.Events.SingleOrDefault(e => e.Type == EventType.SipDoorKnock)?.Reason);
    }

    [Fact]
    public void Knocks_are_limited_per_source()
    {
        for (var i = 0; i < 200; i++)
        {
            _bench.Send(Attacker, Proxy, Message.Request("OPTIONS") with { CallId = $"{i}", Headers = ["User-Agent: sipvicious"] });
        }

        Assert.Equal(20, _bench.Count(EventType.SipDoorKnock));
        Assert.Equal(180UL, _bench.Counters()["events.held_back"]);
    }

    [Fact]
    public void A_rate_is_told_on_crossing_at_its_doublings_and_on_recovery()
    {
        var bench = new TrackerBench(new TrackerOptions { Rates = [new RateLimit("requests", TimeSpan.FromMinutes(1), 10)] });
        for (var i = 0; i < 45; i++)
        {
            bench.Send(Attacker, Proxy, Message.Request("OPTIONS") with { CallId = $"{i}" });
        }

        var told = bench.Events.Where(e => e.Type == EventType.SipRateExceeded).ToList();
        Assert.Equal([1U, 2U, 4U], told.Select(e => e.Rate.Multiple));
        Assert.Equal([11UL, 21UL, 41UL], told.Select(e => e.Rate.Count));
        Assert.All(told, e => Assert.Equal(Attacker, new IPAddress(e.SourceIp.Span).ToString()));
        bench.Wait(180);
        var recovery = bench.Events.Last(e => e.Type == EventType.SipRateExceeded);
        Assert.Equal(0U, recovery.Rate.Multiple);
        Assert.Equal(45UL, recovery.Rate.Count);
        Assert.Equal(4, bench.Count(EventType.SipRateExceeded));
    }

    [Fact]
    public void Methods_and_event_types_have_rates_of_their_own()
    {
        var bench = new TrackerBench(new TrackerOptions
        {
            Rates = [new RateLimit("REGISTER", TimeSpan.FromSeconds(60), 5), new RateLimit("sip.other.failed", TimeSpan.FromSeconds(60), 3)],
        });
        for (var i = 0; i < 6; i++)
        {
            var options = Message.Request("OPTIONS") with { CallId = $"{i}" };
            bench.Send(Caller, Proxy, options);
            bench.Send(Proxy, Caller, options.Reply(500));
        }

        Assert.Equal("sip.other.failed", bench.Only(EventType.SipRateExceeded).Rate.Subject);
    }

    [Fact]
    public void Statistics_tell_the_traffic_of_each_source_every_ten_seconds()
    {
        for (var i = 0; i < 12; i++)
        {
            var register = Message.Request("REGISTER") with { CallId = $"{i}", To = $"<sip:{i}@example.org>", Headers = [$"User-Agent: a{i % 3}"] };
            _bench.Send(Attacker, Proxy, register);
            _bench.Send(Proxy, Attacker, register.Reply(i % 2 == 0 ? 401 : 404));
        }

        _bench.Wait(10);
        var stats = _bench.Only(EventType.SipSourceStats).SourceStats;
        Assert.Equal(12UL, stats.ReqRegister);
        Assert.Equal(12UL, stats.Requests);
        Assert.Equal(12UL, stats.Replies4Xx);
        Assert.Equal(6UL, stats.R401);
        Assert.Equal(6UL, stats.R404);
        Assert.Equal(12UL, stats.DistinctUsers);
        Assert.Equal(3UL, stats.DistinctUserAgents);
        Assert.Equal(10_000U, stats.IntervalMs);
        _bench.Wait(100);
        Assert.Equal(1, _bench.Count(EventType.SipSourceStats) - _bench.Events.Count(e => e.Type == EventType.SipSourceStats && e.SourceStats.Unanswered > 0));
    }

    [Fact]
    public void Types_that_are_switched_off_are_counted_and_not_told()
    {
        _bench.Tracker.SetDisabled([EventType.SipOtherOk]);
        Exchange(Message.Request("OPTIONS"), 200);
        Assert.Empty(_bench.Told);
        Assert.Equal(1UL, _bench.Counters()["event_off.sip.other.ok"]);
        _bench.Tracker.SetDisabled([]);
        Exchange(Message.Request("OPTIONS") with { CSeq = 2 }, 200);
        _bench.Only(EventType.SipOtherOk);
    }

    [Fact]
    public void Counters_are_told_with_those_of_the_capture()
    {
        _bench.Tracker.AddCounters = totals => totals["capture.packets"] = 7;
        Exchange(Message.Request("OPTIONS"), 200);
        _bench.Wait(10);
        var totals = _bench.Only(EventType.SipCounters).Counters.Totals;
        Assert.Equal(7UL, totals["capture.packets"]);
        Assert.Equal(1UL, totals["requests"]);
        Assert.Equal(1UL, totals["event.sip.other.ok"]);
    }

    [Fact]
    public void Stir_identity_is_decoded()
    {
        static string Part(string json) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var token = Part("""{"alg":"ES256"}""") + "." + Part("""{"attest":"A","dest":{"tn":["12125551213"]},"iat":1,"orig":{"tn":"12155551212"}}""") + ".c2ln";
        var invite = Message.Request("INVITE").With($"Identity: {token};info=<https://x>;alg=ES256");
        Exchange(invite, 486);
        var identity = _bench.Only(EventType.SipCallAttempt).Sip.Identity;
        Assert.Equal("A", identity.Attestation);
        Assert.Equal("12155551212", identity.Originating);
        Assert.Equal("12125551213", identity.Destination);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("a.eyJ.c")]
    [InlineData("..")]
    public void A_broken_identity_harms_nothing(string value)
    {
        Exchange(Message.Request("INVITE").With($"Identity: {value}"), 486);
        Assert.Null(_bench.Only(EventType.SipCallAttempt).Sip.Identity);
    }

    private void Exchange(Message request, int status)
    {
        _bench.Send(Caller, Proxy, request);
        _bench.Send(Proxy, Caller, request.Reply(status));
    }
}
