using System.Net;
using SensorNet.Sensor.Dialogs;
using SensorNet.V1;
using static SensorNet.Sensor.Tests.Dialogs.TrackerBench;

namespace SensorNet.Sensor.Tests.Dialogs;

public sealed class CallTests
{
    private readonly TrackerBench _bench = new();

    [Fact]
    public void A_call_is_told_at_its_answer_and_at_its_end()
    {
        _bench.Call();
        var start = _bench.Only(EventType.SipCallStart);
        Assert.Equal("1000", start.User);
        Assert.Equal("2000", start.Call.Destination);
        Assert.Equal("pbx-1", start.Host);
        Assert.Equal(Severity.Info, start.Severity);
        Assert.Equal(101UL, start.Call.PostDialDelayMs);
        Assert.Equal(2001UL, start.Call.RingMs);
        Assert.Equal(200U, start.Sip.StatusCode);
        Assert.Equal("callee", start.Sip.To.Tag);

        _bench.Wait(60);
        _bench.Send(Caller, Proxy, InDialog("BYE"));
        var end = _bench.Only(EventType.SipCallEnd);
        Assert.Equal("caller", end.Call.HangupBy);
        Assert.Equal(Caller, new IPAddress(end.Call.HangupIp.Span).ToString());
        Assert.InRange(end.Call.BillsecMs, 60_000UL, 60_010UL);
        Assert.InRange(end.Call.DurationMs, 62_000UL, 62_120UL);
        Assert.Equal("call-1", end.Sip.CallId);
        Assert.Equal("1000", end.User);
        Assert.False(end.Partial);
        Assert.Equal(["INVITE", "180 INVITE", "200 INVITE", "ACK", "BYE"], end.Sip.Trace.Select(t => t.Summary));
        Assert.Equal([true, false, false, true, true], end.Sip.Trace.Select(t => t.FromSource));
    }

    [Fact]
    public void A_refused_call_is_an_attempt_on_the_final_reply()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(486));
        var attempt = _bench.Only(EventType.SipCallAttempt);
        Assert.Equal(486U, attempt.Sip.StatusCode);
        Assert.Equal(_bench.Elapsed, At(attempt));
        _bench.Wait(1000);
        Assert.Equal(1, _bench.Count(EventType.SipCallAttempt));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(404)]
    [InlineData(503)]
    [InlineData(603)]
    public void Every_final_refusal_but_a_challenge_is_an_attempt(int status)
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(status));
        Assert.Equal((uint)status, _bench.Only(EventType.SipCallAttempt).Sip.StatusCode);
    }

    [Fact]
    public void A_challenge_is_no_attempt()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(407, "x", "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""));
        Assert.Empty(_bench.Told);
    }

    [Fact]
    public void A_cancelled_call_is_told_on_the_487()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(180));
        var cancel = invite with { StartLine = "CANCEL sip:2000@example.org SIP/2.0", Method = "CANCEL" };
        _bench.Send(Caller, Proxy, cancel);
        _bench.Send(Proxy, Caller, cancel.Reply(200));
        Assert.Empty(_bench.Told);
        _bench.Send(Proxy, Caller, invite.Reply(487));
        var attempt = _bench.Only(EventType.SipCallAttempt);
        Assert.True(attempt.Call.Cancelled);
        Assert.Equal(487U, attempt.Sip.StatusCode);
        Assert.Single(_bench.Told);
    }

    [Fact]
    public void An_unanswered_invite_is_given_up_64_T1_after_its_last_retransmission()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Wait(10);
        _bench.Send(Caller, Proxy, invite);
        var last = _bench.Elapsed;
        _bench.Wait(31.9);
        Assert.Empty(_bench.Told);
        _bench.Wait(0.5);
        var attempt = _bench.Only(EventType.SipCallAttempt);
        Assert.Equal(last + TimeSpan.FromSeconds(32), At(attempt));
        Assert.Equal(0U, attempt.Sip.StatusCode);
        Assert.Equal(1U, attempt.Sip.Retransmissions);
        Assert.Equal("timeout", attempt.Reason);
    }

    [Fact]
    public void A_ringing_invite_is_given_up_180_s_after_the_last_provisional_reply()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(180));
        _bench.Wait(100);
        _bench.Send(Proxy, Caller, invite.Reply(183));
        _bench.Wait(179);
        Assert.Empty(_bench.Told);
        _bench.Wait(1.5);
        Assert.True(_bench.Only(EventType.SipCallAttempt).Sip.ReplySeen);
    }

    [Fact]
    public void A_call_through_a_proxy_is_one_call_of_the_true_caller()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(100));
        var leg = invite.Relayed(Proxy, "sip:2000@192.0.2.2");
        _bench.Send(Proxy, Callee, leg);
        _bench.Send(Callee, Proxy, leg.Reply(180));
        _bench.Send(Proxy, Caller, invite.Reply(180));
        _bench.Send(Callee, Proxy, leg.Reply(200));
        _bench.Send(Proxy, Caller, invite.Reply(200));
        var start = _bench.Only(EventType.SipCallStart);
        Assert.Equal(Caller, new IPAddress(start.SourceIp.Span).ToString());
        Assert.Equal(Proxy, new IPAddress(start.DestinationIp.Span).ToString());

        // The callee hangs up; its BYE passes the proxy too.
        var bye = Message.Request("BYE", "sip:1000@192.0.2.1") with
        {
            From = "<sip:2000@example.org>;tag=callee", To = "<sip:1000@example.org>;tag=caller", CSeq = 7,
        };
        _bench.Send(Callee, Proxy, bye);
        var byeLeg = bye.Relayed(Proxy, "sip:1000@192.0.2.1");
        _bench.Send(Proxy, Caller, byeLeg);
        _bench.Send(Caller, Proxy, byeLeg.Reply(200));
        _bench.Send(Proxy, Callee, bye.Reply(200));
        var end = _bench.Only(EventType.SipCallEnd);
        Assert.Equal("callee", end.Call.HangupBy);
        Assert.Equal(Callee, new IPAddress(end.Call.HangupIp.Span).ToString());
        Assert.Equal(Caller, new IPAddress(end.SourceIp.Span).ToString());
        Assert.Equal(2, _bench.Told.Count());
    }

    [Fact]
    public void A_proxy_that_hides_the_vias_is_known_by_where_the_request_went()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Callee, Message.Request("INVITE"));
        _bench.Send(Proxy, Caller, invite.Reply(404));
        Assert.Equal(1, _bench.Count(EventType.SipCallAttempt));
        _bench.Wait(40);
        Assert.Equal(1, _bench.Count(EventType.SipCallAttempt));
        Assert.Equal(1UL, _bench.Counters()["relays"]);
    }

    [Fact]
    public void Relayed_requests_do_not_count_as_traffic_of_the_proxy()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Callee, invite.Relayed(Proxy, "sip:2000@192.0.2.2"));
        _bench.Wait(20);
        var stats = _bench.Only(EventType.SipSourceStats);
        Assert.Equal(Caller, new IPAddress(stats.SourceIp.Span).ToString());
        Assert.Equal(1UL, stats.SourceStats.ReqInvite);
    }

    [Fact]
    public void A_refusal_repeated_for_half_a_minute_is_told_once()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        foreach (var pause in new[] { 0.1, 0.5, 1, 2, 4, 4, 4, 4, 4, 4, 4 })
        {
            _bench.Wait(pause);
            _bench.Send(Proxy, Caller, invite.Reply(486));
        }

        Assert.Equal("", _bench.Only(EventType.SipCallAttempt).PartialReason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void The_transaction_of_an_invite_is_forgotten_seconds_after_its_answer_however_long_it_rang(double ringing)
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(180));
        _bench.Wait(ringing);
        _bench.Send(Proxy, Caller, invite.Reply(200));
        _bench.Wait(4);
        Assert.Equal(1UL, _bench.Counters()["table.transactions"]);
        _bench.Wait(2);
        Assert.Equal(0UL, _bench.Counters()["table.transactions"]);
        Assert.Equal(1UL, _bench.Counters()["table.calls"]);
    }

    [Fact]
    public void Retransmissions_are_counted_and_make_no_events()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(486));
        _bench.Send(Proxy, Caller, invite.Reply(486));
        _bench.Send(Proxy, Caller, invite.Reply(486));
        Assert.Equal(1U, _bench.Only(EventType.SipCallAttempt).Sip.Retransmissions);
    }

    [Fact]
    public void Two_answers_of_forks_are_one_start_and_the_last_bye_is_the_end()
    {
        var invite = _bench.Call();
        _bench.Send(Proxy, Caller, invite.Reply(200, "fork"));
        Assert.Equal(1, _bench.Count(EventType.SipCallStart));
        _bench.Send(Caller, Proxy, InDialog("BYE") with { To = "<sip:2000@example.org>;tag=fork" });
        _bench.None(EventType.SipCallEnd);
        _bench.Send(Caller, Proxy, InDialog("BYE", cseq: 3));
        _bench.Only(EventType.SipCallEnd);
    }

    [Fact]
    public void A_bye_from_elsewhere_is_an_anomaly_and_does_not_end_the_call()
    {
        _bench.Call();
        var spoofed = InDialog("BYE", cseq: 10);
        _bench.Send(Attacker, Callee, spoofed);
        _bench.Send(Callee, Attacker, spoofed.Reply(200));
        var anomaly = _bench.Only(EventType.SipAnomaly);
        Assert.Equal("foreign_bye", anomaly.Reason);
        Assert.Contains("foreign_bye", anomaly.Sip.Anomaly);
        Assert.Equal(Attacker, new IPAddress(anomaly.SourceIp.Span).ToString());
        _bench.None(EventType.SipCallEnd);

        _bench.Send(Caller, Proxy, InDialog("BYE", cseq: 3));
        Assert.Equal("caller", _bench.Only(EventType.SipCallEnd).Call.HangupBy);
    }

    [Fact]
    public void A_foreign_bye_that_a_proxy_sends_on_stays_the_attackers()
    {
        _bench.Call();
        var spoofed = InDialog("BYE", cseq: 10);
        _bench.Send(Attacker, Proxy, spoofed);
        _bench.Send(Proxy, Callee, spoofed.Relayed(Proxy, "sip:2000@192.0.2.2"));
        _bench.Only(EventType.SipAnomaly);
        _bench.None(EventType.SipCallEnd);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_caller_who_wants_credentials_of_whom_it_called_is_after_a_digest(bool calleeHangsUp, bool harmless)
    {
        _bench.Call();
        var bye = calleeHangsUp
            ? Message.Request("BYE", "sip:1000@192.0.2.1") with { From = "<sip:2000@example.org>;tag=callee", To = "<sip:1000@example.org>;tag=caller", CSeq = 7 }
            : InDialog("BYE");
        var (from, to) = calleeHangsUp ? (Proxy, Caller) : (Caller, Proxy);
        _bench.Send(from, to, bye);
        _bench.Send(to, from, bye.Reply(407));
        if (harmless)
        {
            Assert.DoesNotContain(_bench.Events, e => e.Sip?.Anomaly.Contains("challenged_bye") == true);
        }
        else
        {
            var failed = _bench.Only(EventType.SipOtherFailed);
            Assert.Equal(["challenged_bye"], failed.Sip.Anomaly);
            Assert.Equal(Caller, new IPAddress(failed.DestinationIp.Span).ToString());
        }
    }

    [Fact]
    public void A_bye_with_a_wrong_tag_is_a_tag_mismatch()
    {
        _bench.Call();
        var bye = InDialog("BYE") with { To = "<sip:2000@example.org>;tag=guessed" };
        _bench.Send(Caller, Proxy, bye);
        _bench.Send(Proxy, Caller, bye.Reply(481));
        Assert.Contains("tag_mismatch", _bench.Only(EventType.SipAnomaly).Sip.Anomaly);
        _bench.None(EventType.SipCallEnd);
    }

    [Fact]
    public void A_foreign_cancel_is_an_anomaly()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Attacker, Proxy, invite with { StartLine = "CANCEL sip:2000@example.org SIP/2.0", Method = "CANCEL" });
        Assert.Equal("foreign_cancel", _bench.Only(EventType.SipAnomaly).Reason);
    }

    [Theory]
    [InlineData("INVITE", "foreign_reinvite")]
    [InlineData("REFER", "foreign_request")]
    public void A_request_into_the_dialog_from_elsewhere_is_an_anomaly(string method, string kind)
    {
        _bench.Call();
        _bench.Send(Attacker, Callee, InDialog(method, cseq: 9));
        Assert.Equal(kind, _bench.Only(EventType.SipAnomaly).Reason);
    }

    [Fact]
    public void A_phone_that_registered_from_a_new_address_may_hang_up_there()
    {
        _bench.Call();
        var register = Message.Request("REGISTER", "sip:example.org") with
        {
            CallId = "reg", From = "<sip:1000@example.org>;tag=r", To = "<sip:1000@example.org>", Headers = ["Contact: <sip:1000@203.0.113.5>", "Expires: 3600"],
        };
        _bench.Send("203.0.113.5", Proxy, register);
        _bench.Send(Proxy, "203.0.113.5", register.Reply(200, "x", "Contact: <sip:1000@203.0.113.5>;expires=3600"));
        _bench.Send("203.0.113.5", Proxy, InDialog("BYE"));
        _bench.Only(EventType.SipCallEnd);
        _bench.None(EventType.SipAnomaly);
    }

    [Fact]
    public void A_call_without_traffic_ends_by_the_dialog_timeout()
    {
        _bench.Call();
        var last = _bench.Elapsed;
        _bench.Wait(4 * 3600 - 1);
        _bench.None(EventType.SipCallEnd);
        _bench.Wait(2);
        var end = _bench.Only(EventType.SipCallEnd);
        Assert.Equal("timeout", end.Call.HangupBy);
        Assert.Equal(last + TimeSpan.FromHours(4), At(end));
    }

    [Fact]
    public void A_session_timer_bounds_the_call()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(200, "callee", "Session-Expires: 1800;refresher=uac"));
        _bench.Wait(3599);
        _bench.None(EventType.SipCallEnd);
        _bench.Wait(2);
        Assert.Equal("timeout", _bench.Only(EventType.SipCallEnd).Call.HangupBy);
    }

    [Theory]
    [InlineData("4294967295", 8 * 3600)]
    [InlineData("99999999999999999999", 8 * 3600)]
    [InlineData("1", 180)]
    [InlineData("0", 4 * 3600)]
    [InlineData("-1", 4 * 3600)]
    public void A_session_timer_that_no_honest_party_sends_is_bounded(string expires, int seconds)
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(200, "callee", $"Session-Expires: {expires}"));
        _bench.Wait(seconds - 1);
        _bench.None(EventType.SipCallEnd);
        _bench.Wait(2);
        Assert.Equal("timeout", _bench.Only(EventType.SipCallEnd).Call.HangupBy);
    }

    [Fact]
    public void What_happens_inside_a_dialog_is_told_by_its_outcome()
    {
        _bench.Call();
        var cseq = 2;
        foreach (var method in new[] { "INFO", "UPDATE", "REFER" })
        {
            var request = InDialog(method, cseq: cseq++);
            _bench.Send(Caller, Proxy, request);
            _bench.Send(Proxy, Caller, request.Reply(200));
            Assert.Equal(method, _bench.Events.Last(e => e.Type == EventType.SipOtherOk).Sip.Method);
        }

        var reinvite = InDialog("INVITE", cseq: cseq++);
        _bench.Send(Caller, Proxy, reinvite);
        _bench.Send(Proxy, Caller, reinvite.Reply(200));
        Assert.Equal(3, _bench.Count(EventType.SipOtherOk));
        Assert.Equal(1, _bench.Count(EventType.SipCallStart));
        var refused = InDialog("INVITE", cseq: cseq);
        _bench.Send(Caller, Proxy, refused);
        _bench.Send(Proxy, Caller, refused.Reply(488));
        Assert.Equal(488U, _bench.Only(EventType.SipOtherFailed).Sip.StatusCode);
        _bench.None(EventType.SipCallAttempt);
    }

    [Fact]
    public void The_reason_header_gives_the_cause()
    {
        _bench.Call();
        _bench.Send(Caller, Proxy, InDialog("BYE").With("Reason: Q.850;cause=16;text=\"bye\""));
        Assert.Equal("Q.850:16", _bench.Only(EventType.SipCallEnd).Call.HangupCause);
    }

    [Fact]
    public void Both_sides_hanging_up_is_one_end()
    {
        _bench.Call();
        _bench.Send(Caller, Proxy, InDialog("BYE"));
        _bench.Send(Proxy, Caller, Message.Request("BYE") with { From = "<sip:2000@example.org>;tag=callee", To = "<sip:1000@example.org>;tag=caller" });
        _bench.Only(EventType.SipCallEnd);
        _bench.Wait(40);
        Assert.Equal(0UL, _bench.Counters()["table.calls"]);
    }

    [Fact]
    public void Sdp_codecs_and_addresses_are_summarised()
    {
        var invite = Message.Request("INVITE") with
        {
            Body = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 96\r\na=rtpmap:96 opus/48000/2\r\n",
        };
        _bench.Call(invite: invite);
        var sdp = _bench.Only(EventType.SipCallStart).Sdp;
        Assert.Equal(["audio"], sdp.Media);
        Assert.Equal(["PCMA", "opus"], sdp.Codecs);
        Assert.Equal(["192.0.2.1"], sdp.Addresses);
    }

    [Fact]
    public void The_end_of_a_capture_tells_open_invites_and_leaves_the_rest()
    {
        _bench.Call();
        _bench.Send(Caller, Proxy, Message.Request("INVITE") with { CallId = "open" });
        var open = Message.Request("OPTIONS") with { CallId = "open-2" };
        _bench.Send(Caller, Proxy, open);
        _bench.Finish();
        Assert.Equal("capture_gap", _bench.Only(EventType.SipCallAttempt).PartialReason);
        _bench.None(EventType.SipCallEnd);
        _bench.None(EventType.SipOtherTimeout);
    }

    [Fact]
    public void Messages_are_kept_when_asked_for()
    {
        var bench = new TrackerBench(new TrackerOptions { KeepMessages = KeepMessages.Always });
        bench.Call();
        bench.Send(Caller, Proxy, InDialog("BYE"));
        var messages = bench.Only(EventType.SipCallEnd).Sip.Messages;
        Assert.Equal(5, messages.Count);
        Assert.StartsWith("INVITE sip:2000@example.org", messages[0].Data.ToStringUtf8(), StringComparison.Ordinal);
        Assert.DoesNotContain(_bench.Events, e => e.Sip?.Messages.Count > 0);
    }

    [Fact]
    public void Messages_of_failures_alone_are_kept_when_asked_for_that()
    {
        var bench = new TrackerBench(new TrackerOptions { KeepMessages = KeepMessages.OnFailure });
        bench.Call();
        var failed = Message.Request("INVITE") with { CallId = "failed" };
        bench.Send(Caller, Proxy, failed);
        bench.Send(Proxy, Caller, failed.Reply(503));
        Assert.Empty(bench.Only(EventType.SipCallStart).Sip.Messages);
        Assert.Equal(2, bench.Only(EventType.SipCallAttempt).Sip.Messages.Count);
    }
}
