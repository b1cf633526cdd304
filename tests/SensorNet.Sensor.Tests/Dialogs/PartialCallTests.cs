using System.Net;
using SensorNet.V1;
using static SensorNet.Sensor.Tests.Dialogs.TrackerBench;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>Calls of which something was not seen: their beginning, one direction, a message.</summary>
public sealed class PartialCallTests
{
    private readonly TrackerBench _bench = new();

    [Fact]
    public void An_answer_without_its_invite_is_a_partial_start()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Proxy, Caller, invite.Reply(200));
        var start = _bench.Only(EventType.SipCallStart);
        Assert.True(start.Partial);
        Assert.Equal("missing_request", start.PartialReason);
        Assert.Equal(Caller, new IPAddress(start.SourceIp.Span).ToString());
    }

    [Fact]
    public void An_accepted_bye_of_an_unknown_call_is_a_partial_end()
    {
        var bye = InDialog("BYE");
        _bench.Send(Caller, Proxy, bye);
        _bench.None(EventType.SipCallEnd);
        _bench.Send(Proxy, Caller, bye.Reply(200));
        Assert.Equal("mid_dialog", _bench.Only(EventType.SipCallEnd).PartialReason);
    }

    [Fact]
    public void A_call_that_began_before_we_listened_is_rebuilt_from_an_invite_inside_it()
    {
        // The callee puts the call on hold, then the caller hangs up.
        var hold = Message.Request("INVITE", "sip:1000@192.0.2.1") with
        {
            From = "<sip:2000@example.org>;tag=callee", To = "<sip:1000@example.org>;tag=caller", CSeq = 17,
        };
        _bench.Send(Callee, Proxy, hold);
        _bench.Send(Proxy, Callee, hold.Reply(200, "", "User-Agent: Desk/2"));
        var start = _bench.Only(EventType.SipCallStart);
        Assert.Equal(("mid_dialog", "2000", "Desk/2"), (start.PartialReason, start.User, start.Call.CalleeUserAgent));
        _bench.Wait(30);
        _bench.Send(Caller, Proxy, InDialog("BYE", cseq: 5));
        var end = _bench.Only(EventType.SipCallEnd);
        Assert.Equal(("mid_dialog", "callee"), (end.PartialReason, end.Call.HangupBy));
        Assert.InRange(end.Call.BillsecMs, 30_000UL, 30_010UL);
        _bench.None(EventType.SipAnomaly);
        Assert.Equal(["INVITE", "200 INVITE", "BYE"], end.Sip.Trace.Select(t => t.Summary));
    }

    [Theory]
    [InlineData(481)]
    [InlineData(491)]
    public void An_invite_inside_an_unknown_dialog_that_is_refused_proves_no_call(int status)
    {
        var reinvite = InDialog("INVITE");
        _bench.Send(Caller, Proxy, reinvite);
        _bench.Send(Proxy, Caller, reinvite.Reply(status));
        Assert.Equal((uint)status, _bench.Only(EventType.SipOtherFailed).Sip.StatusCode);
        Assert.Equal(0UL, _bench.Counters()["table.calls"]);
    }

    [Fact]
    public void A_cancelled_invite_without_its_487_is_given_up_64_T1_after_the_cancel()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(180));
        _bench.Wait(5);
        var cancel = invite with { StartLine = "CANCEL sip:2000@example.org SIP/2.0", Method = "CANCEL" };
        _bench.Send(Caller, Proxy, cancel);
        var at = _bench.Elapsed;
        _bench.Send(Proxy, Caller, cancel.Reply(200));
        _bench.Wait(31.9);
        Assert.Empty(_bench.Told);
        _bench.Wait(0.5);
        var attempt = _bench.Only(EventType.SipCallAttempt);
        Assert.True(attempt.Call.Cancelled);
        Assert.Equal(at + TimeSpan.FromSeconds(32), At(attempt));
    }

    [Fact]
    public void A_lost_answer_is_known_by_its_ack()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Caller, Proxy, InDialog("ACK", cseq: 1));
        _bench.Wait(1);
        Assert.Equal("missing_reply", _bench.Only(EventType.SipCallStart).PartialReason);
    }

    [Fact]
    public void An_answer_that_comes_behind_its_ack_is_no_lost_answer()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Caller, Proxy, InDialog("ACK", cseq: 1));
        _bench.Send(Proxy, Caller, invite.Reply(200));
        _bench.Wait(1);
        Assert.False(_bench.Only(EventType.SipCallStart).Partial);
    }

    [Fact]
    public void A_call_of_which_only_the_callers_side_is_seen_has_its_start_and_its_end()
    {
        _bench.Send(Caller, Proxy, Message.Request("INVITE"));
        _bench.Wait(5);
        _bench.Send(Caller, Proxy, InDialog("ACK", cseq: 1));
        _bench.Send(Caller, Proxy, InDialog("BYE"));
        Assert.Equal("missing_reply", _bench.Only(EventType.SipCallStart).PartialReason);
        Assert.Equal("caller", _bench.Only(EventType.SipCallEnd).Call.HangupBy);
    }

    [Fact]
    public void A_call_of_which_only_the_replies_are_seen_is_one_call()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Proxy, Caller, invite.Reply(200, "callee", "Server: Desk/2"));
        _bench.Send(Proxy, Caller, invite.Reply(200));
        var hold = InDialog("INVITE", cseq: 3);
        _bench.Send(Proxy, Caller, hold.Reply(200));
        var refused = InDialog("INVITE", cseq: 4);
        _bench.Send(Proxy, Caller, refused.Reply(491));
        _bench.Send(Proxy, Caller, refused.Reply(491));
        _bench.Wait(20);
        _bench.Send(Proxy, Caller, InDialog("BYE", cseq: 5).Reply(200));
        var start = _bench.Only(EventType.SipCallStart);
        Assert.Equal(("missing_request", "1000", "2000", "Desk/2"), (start.PartialReason, start.User, start.Call.Destination, start.Call.CalleeUserAgent));
        Assert.False(start.Call.HasPostDialDelayMs);
        Assert.Equal(491U, _bench.Only(EventType.SipOtherFailed).Sip.StatusCode);
        var end = _bench.Only(EventType.SipCallEnd);
        Assert.Equal(("missing_request", "1000", "caller"), (end.PartialReason, end.User, end.Call.HangupBy));
        Assert.InRange(end.Call.BillsecMs, 20_000UL, 20_010UL);
    }

    [Fact]
    public void A_lost_refusal_is_known_by_its_ack()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Caller, Proxy, invite with { StartLine = "ACK sip:2000@example.org SIP/2.0", Method = "ACK", To = "<sip:2000@example.org>;tag=x" });
        _bench.Wait(1);
        var attempt = _bench.Only(EventType.SipCallAttempt);
        Assert.Equal(("missing_reply", ""), (attempt.PartialReason, attempt.Reason));
    }

    [Fact]
    public void A_lost_bye_is_known_by_its_reply()
    {
        _bench.Call();
        _bench.Send(Proxy, Caller, InDialog("BYE").Reply(200));
        var end = _bench.Only(EventType.SipCallEnd);
        Assert.Equal("missing_request", end.PartialReason);
        Assert.Equal("caller", end.Call.HangupBy);
    }
}
