using System.Net;
using SensorNet.Sensor.Dialogs;
using SensorNet.V1;
using static SensorNet.Sensor.Tests.Dialogs.TrackerBench;

namespace SensorNet.Sensor.Tests.Dialogs;

public sealed class RegistrationTests
{
    private const string Desk = "<sip:1000@192.0.2.1:5060>";
    private const string Mobile = "<sip:1000@203.0.113.9:5060>";
    private readonly TrackerBench _bench = new();
    private int _cseq;

    [Fact]
    public void A_registration_refreshed_all_day_is_two_events()
    {
        for (var i = 0; i < 2880; i++)
        {
            Register(Desk, 60, reply: [$"{Desk};expires=60"]);
            _bench.Wait(30);
        }

        var added = _bench.Only(EventType.SipRegistrationNew);
        Assert.Equal("1000", added.User);
        Assert.Equal("1000@example.org", added.Aor);
        Assert.Equal(60U, added.Sip.Expires);
        _bench.Wait(100);
        Assert.Equal(2, _bench.Told.Count());
        _bench.Only(EventType.SipRegistrationExpired);
    }

    [Fact]
    public void A_refresh_with_a_new_call_id_or_a_little_late_is_silent()
    {
        Register(Desk, 60, reply: [$"{Desk};expires=60"]);
        _bench.Wait(85);
        Register(Desk, 60, callId: "another", reply: [$"{Desk};expires=60"]);
        _bench.Wait(85);
        Assert.Single(_bench.Told);
    }

    [Fact]
    public void A_binding_expires_at_its_expiry_and_grace()
    {
        Register(Desk, 3600, reply: [$"{Desk};expires=120"]);
        var at = _bench.Elapsed;
        _bench.Wait(149);
        _bench.None(EventType.SipRegistrationExpired);
        _bench.Wait(2);
        var expired = _bench.Only(EventType.SipRegistrationExpired);
        Assert.Equal(at + TimeSpan.FromSeconds(150), At(expired));
        Assert.Equal("1000@example.org", expired.Aor);
        Assert.Equal("1000", expired.User);
        Assert.Equal(Caller, new IPAddress(expired.SourceIp.Span).ToString());
    }

    [Theory]
    [InlineData(true, true, true, 50)]
    [InlineData(false, true, true, 70)]
    [InlineData(false, false, true, 90)]
    [InlineData(false, false, false, 3600)]
    public void The_expiry_comes_from_the_contact_else_the_reply_else_the_request_else_an_hour(bool contact, bool reply, bool request, int seconds)
    {
        var register = Message.Request("REGISTER", "sip:example.org") with { To = "<sip:1000@example.org>", Headers = [$"Contact: {Desk}", .. request ? ["Expires: 90"] : Array.Empty<string>()] };
        _bench.Send(Caller, Proxy, register);
        _bench.Send(Proxy, Caller, register.Reply(200, "x", [$"Contact: {Desk}{(contact ? ";expires=50" : "")}", .. reply ? ["Expires: 70"] : Array.Empty<string>()]));
        Assert.Equal((uint)seconds, _bench.Only(EventType.SipRegistrationNew).Sip.Expires);
    }

    [Fact]
    public void Expires_zero_removes()
    {
        Register(Desk, 60, reply: [$"{Desk};expires=60"]);
        Register(Desk, 0, reply: []);
        var removed = _bench.Only(EventType.SipRegistrationRemoved);
        Assert.Equal("expires_0", removed.Reason);
        Assert.Empty(removed.Sip.BindingIp);
        _bench.Wait(200);
        _bench.None(EventType.SipRegistrationExpired);
    }

    [Fact]
    public void A_wildcard_removes_every_contact_and_tells_who_asked()
    {
        Register(Desk, 60, reply: [$"{Desk};expires=60"]);
        Register(Mobile, 60, reply: [$"{Desk};expires=55", $"{Mobile};expires=60"]);
        Register("*", 0, from: Attacker, reply: []);
        var removed = _bench.Events.Where(e => e.Type == EventType.SipRegistrationRemoved).ToList();
        Assert.Equal(2, removed.Count);
        Assert.All(removed, e =>
        {
            Assert.Equal("wildcard", e.Reason);
            Assert.Equal(Attacker, new IPAddress(e.SourceIp.Span).ToString());
            Assert.Equal(Caller, new IPAddress(e.Sip.BindingIp.Span).ToString());
        });
    }

    [Fact]
    public void A_contact_missing_from_the_reply_is_removed()
    {
        Register(Desk, 60, reply: [$"{Desk};expires=60"]);
        Register(Mobile, 60, from: "203.0.113.9", reply: [$"{Mobile};expires=60"]);
        Assert.Equal("missing_from_reply", _bench.Only(EventType.SipRegistrationRemoved).Reason);
        var added = _bench.Events.Last(e => e.Type == EventType.SipRegistrationNew);
        Assert.Equal(Caller, new IPAddress(added.Sip.BindingIp.Span).ToString());
    }

    [Fact]
    public void A_reply_without_contacts_accepts_what_was_asked()
    {
        Register(Desk, 60, reply: []);
        _bench.Only(EventType.SipRegistrationNew);
        Register(Desk, 60, reply: []);
        Assert.Single(_bench.Told);
    }

    [Fact]
    public void Several_contacts_of_one_request_are_several_bindings()
    {
        Register($"{Desk}, {Mobile}", 60, reply: [$"{Desk};expires=60, {Mobile};expires=60"]);
        Assert.Equal(2, _bench.Count(EventType.SipRegistrationNew));
    }

    [Fact]
    public void A_contact_that_only_the_reply_names_was_bound_before_we_listened()
    {
        Register(Desk, 60, reply: [$"{Desk};expires=60", $"{Mobile};expires=33"]);
        var other = _bench.Events.Single(e => e.Partial);
        Assert.Equal("reconstructed_binding", other.PartialReason);
        Assert.Contains("203.0.113.9", other.Sip.Contact[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_registrar_that_rewrites_the_contact_is_followed()
    {
        var rewritten = "<sip:1000@198.51.100.1:40000>";
        Register(Desk, 60, reply: [$"{rewritten};expires=60"]);
        Register(Desk, 60, reply: [$"{rewritten};expires=60"]);
        Assert.False(_bench.Only(EventType.SipRegistrationNew).Partial);
        _bench.None(EventType.SipRegistrationRemoved);
    }

    [Theory]
    [InlineData("<sip:1000@192.0.2.1:5060;transport=UDP>")]
    [InlineData("\"Alice\" <SIP:1000@192.0.2.1;line=xyz>")]
    [InlineData("sip:1000@192.0.2.1:5060")]
    public void The_same_contact_in_another_spelling_is_no_new_binding(string spelling)
    {
        Register(Desk, 60, reply: [$"{Desk};expires=60"]);
        Register(spelling, 60, reply: [$"{spelling};expires=60"]);
        Assert.Single(_bench.Told);
    }

    [Fact]
    public void A_reply_without_its_request_is_a_partial_registration()
    {
        var register = Message.Request("REGISTER", "sip:example.org") with { To = "<sip:1000@example.org>" };
        _bench.Send(Proxy, Caller, register.Reply(200, "x", $"Contact: {Desk};expires=60"));
        var added = _bench.Only(EventType.SipRegistrationNew);
        Assert.Equal("missing_request", added.PartialReason);
        Assert.Equal(("1000@example.org", "1000", "call-1"), (added.Aor, added.User, added.Sip.CallId));
        _bench.Send(Proxy, Caller, register.Reply(200, "x", $"Contact: {Desk};expires=60"));
        Assert.Single(_bench.Told);
        _bench.Send(Proxy, Caller, (register with { CSeq = 2 }).Reply(200, "x", $"Contact: {Mobile};expires=60"));
        Assert.Equal("missing_request", _bench.Only(EventType.SipRegistrationRemoved).PartialReason);
    }

    [Fact]
    public void Needless_escapes_make_no_other_account()
    {
        Register(Desk, 60, reply: [$"{Desk};expires=60"]);
        var register = Message.Request("REGISTER", "sip:example.org") with { CallId = "e", To = "<sip:%31%3000@example.org>", Headers = [$"Contact: {Desk}"] };
        _bench.Send(Caller, Proxy, register);
        _bench.Send(Proxy, Caller, register.Reply(200, "x", $"Contact: {Desk};expires=60"));
        Assert.Single(_bench.Told);
        var invite = Message.Request("INVITE", "sip:%2B1555%3bx%00@example.org");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(486));
        Assert.Equal("+1555%3bx%00", _bench.Only(EventType.SipCallAttempt).Call.Destination);
    }

    [Fact]
    public void Contacts_of_one_account_are_bounded()
    {
        var bench = new TrackerBench(new TrackerOptions { MaxBindingsPerUser = 4 });
        for (var i = 0; i < 50; i++)
        {
            var register = Message.Request("REGISTER", "sip:example.org") with { CallId = $"c{i}", To = "<sip:1000@example.org>", Headers = [$"Contact: <sip:1000@192.0.2.1:{6000 + i}>"] };
            bench.Send(Caller, Proxy, register);
            bench.Send(Proxy, Caller, register.Reply(200));
        }

        Assert.Equal(4UL, bench.Counters()["table.bindings"]);
    }

    private void Register(string contact, int expires, string from = Caller, string callId = "reg", params string[] reply)
    {
        var register = Message.Request("REGISTER", "sip:example.org") with
        {
            CallId = callId, CSeq = ++_cseq, To = "<sip:1000@Example.ORG>", Headers = [$"Contact: {contact}", $"Expires: {expires}", "User-Agent: Phone/1"],
        };
        _bench.Send(from, Proxy, register);
        _bench.Send(Proxy, from, register.Reply(200, "srv", [.. reply.Select(c => "Contact: " + c)]));
    }
}
