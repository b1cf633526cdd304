using System.Net;
using SensorNet.V1;
using static SensorNet.Sensor.Tests.Dialogs.TrackerBench;

namespace SensorNet.Sensor.Tests.Dialogs;

public sealed class CredentialTests
{
    private const string Challenge = "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"abc\"";
    private readonly TrackerBench _bench = new();

    [Fact]
    public void A_challenge_that_is_answered_and_accepted_is_no_failure()
    {
        Exchange(Register(1), 401, Challenge);
        Exchange(Register(2).With(Credentials()), 200, "Contact: <sip:1000@192.0.2.1>;expires=60");
        _bench.Wait(40);
        Assert.Equal([EventType.SipRegistrationNew], _bench.Told.Select(e => e.Type));
    }

    [Fact]
    public void Refused_credentials_are_a_failure_each_time()
    {
        for (var i = 1; i <= 3; i++)
        {
            Exchange(Register(i).With(Credentials()), 401, Challenge);
            var failed = _bench.Events.Last(e => e.Type == EventType.SipAuthFailed);
            Assert.Equal((uint)i, failed.Sip.Attempts);
            Assert.Equal("1000", failed.User);
            Assert.Equal("1000@example.org", failed.Aor);
            Assert.Equal("example.org", failed.Sip.Auth.Realm);
            Assert.Equal("MD5", failed.Sip.Auth.Algorithm);
            Assert.Equal(16, failed.Sip.Auth.NonceHash.Length);
            Assert.Equal(Severity.Warning, failed.Severity);
            Assert.Equal("digest", failed.AuthMethod);
        }

        _bench.Wait(60);
        Assert.Equal(3, _bench.Count(EventType.SipAuthFailed));
        _bench.None(EventType.SipAuthChallengeAbandoned);
    }

    [Fact]
    public void The_response_is_in_no_event()
    {
        Exchange(Register(1).With(Credentials()), 401, Challenge);
        Assert.DoesNotContain("5ecre7", _bench.Only(EventType.SipAuthFailed).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_retransmission_of_refused_credentials_counts_once()
    {
        var register = Register(1).With(Credentials());
        _bench.Send(Caller, Proxy, register);
        _bench.Send(Caller, Proxy, register);
        _bench.Send(Proxy, Caller, register.Reply(401, "x", Challenge));
        _bench.Send(Proxy, Caller, register.Reply(401, "x", Challenge));
        Assert.Equal(1U, _bench.Only(EventType.SipAuthFailed).Sip.Retransmissions);
    }

    [Fact]
    public void A_stale_nonce_is_no_failure()
    {
        Exchange(Register(1).With(Credentials()), 401, Challenge + ", stale=TRUE");
        Exchange(Register(2).With(Credentials()), 200, "Contact: <sip:1000@192.0.2.1>;expires=60");
        _bench.None(EventType.SipAuthFailed);
    }

    [Fact]
    public void Another_proxys_own_challenge_is_no_failure()
    {
        var invite = Message.Request("INVITE").With("Proxy-Authorization: Digest username=\"1000\", realm=\"a\", nonce=\"n\", response=\"r\"");
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(401, "x", "WWW-Authenticate: Digest realm=\"b\", nonce=\"m\""));
        _bench.None(EventType.SipAuthFailed);
    }

    [Theory]
    [InlineData(403, "forbidden")]
    [InlineData(404, "no_such_user")]
    public void A_registration_refused_after_credentials_is_a_failure(int status, string reason)
    {
        Exchange(Register(1).With(Credentials()), status, "Server: x");
        Assert.Equal(reason, _bench.Only(EventType.SipAuthFailed).Reason);
        _bench.None(EventType.SipOtherFailed);
    }

    [Fact]
    public void A_registration_refused_without_credentials_is_another_failure()
    {
        Exchange(Register(1), 403, "Server: x");
        Assert.Equal(403U, _bench.Only(EventType.SipOtherFailed).Sip.StatusCode);
        _bench.None(EventType.SipAuthFailed);
    }

    [Fact]
    public void A_challenge_that_is_never_answered_is_abandoned_after_64_T1()
    {
        Exchange(Register(1), 401, Challenge);
        var challenged = _bench.Elapsed;
        _bench.Wait(31);
        Assert.Empty(_bench.Told);
        _bench.Wait(2);
        var abandoned = _bench.Only(EventType.SipAuthChallengeAbandoned);
        Assert.Equal(challenged + TimeSpan.FromSeconds(32), At(abandoned));
        Assert.Equal("1000", abandoned.User);
        Assert.Equal(Severity.Info, abandoned.Severity);
        _bench.None(EventType.SipAuthFailed);
    }

    [Theory]
    [InlineData("REGISTER")]
    [InlineData("SUBSCRIBE")]
    [InlineData("INVITE")]
    public void A_challenge_captured_behind_its_answer_is_not_abandoned(string method)
    {
        var first = Message.Request(method);
        var second = first.With(Credentials()) with { CSeq = 2, Branch = "z9hG4bKsecond" };
        _bench.Send(Caller, Proxy, first);
        _bench.Send(Caller, Proxy, second);
        _bench.Send(Proxy, Caller, first.Reply(401, "x", Challenge));
        _bench.Send(Proxy, Caller, second.Reply(200, "callee", "Contact: <sip:1000@192.0.2.1>;expires=60"));
        _bench.Wait(40);
        _bench.None(EventType.SipAuthChallengeAbandoned);
        _bench.None(EventType.SipDoorKnock);
        _bench.None(EventType.SipAuthFailed);
        Assert.Single(_bench.Told);
    }

    [Fact]
    public void Credentials_sent_before_a_challenge_do_not_answer_the_next_one()
    {
        // Sent unasked and accepted; the next request goes without, is challenged, and its sender gives up.
        Exchange(Register(1).With(Credentials()), 200, "Contact: <sip:1000@192.0.2.1>;expires=60");
        Exchange(Register(2), 401, Challenge);
        _bench.Wait(40);
        _bench.Only(EventType.SipAuthChallengeAbandoned);
    }

    [Fact]
    public void Credentials_with_another_tag_answer_the_challenge_too()
    {
        Exchange(Register(1), 401, Challenge);
        Exchange(Register(2).With(Credentials()) with { From = "<sip:1000@example.org>;tag=other" }, 401, Challenge);
        _bench.Wait(40);
        _bench.Only(EventType.SipAuthFailed);
        _bench.None(EventType.SipAuthChallengeAbandoned);
    }

    [Fact]
    public void Attempts_with_one_call_id_and_cseq_count_each()
    {
        for (var i = 0; i < 5; i++)
        {
            Exchange(Register(2).With(Credentials()), 401, Challenge);
        }

        Assert.Equal(5, _bench.Count(EventType.SipAuthFailed));
    }

    [Fact]
    public void Attempts_are_counted_by_source_and_account()
    {
        Exchange(Register(1).With(Credentials()), 401, Challenge);
        Exchange(Register(2).With(Credentials("1001")), 401, Challenge);
        Exchange(Register(3).With(Credentials()), 401, Challenge, from: Attacker);
        Assert.All(_bench.Events.Where(e => e.Type == EventType.SipAuthFailed), e => Assert.Equal(1U, e.Sip.Attempts));
    }

    [Fact]
    public void The_source_is_the_ip_headers_and_not_the_vias()
    {
        Exchange(Register(1).With(Credentials()) with { Vias = ["SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK-1"] }, 401, Challenge, from: Attacker);
        Assert.Equal(Attacker, new IPAddress(_bench.Only(EventType.SipAuthFailed).SourceIp.Span).ToString());
    }

    [Fact]
    public void A_refused_invite_with_credentials_is_a_failure_and_no_attempt()
    {
        var invite = Message.Request("INVITE").With("Proxy-" + Credentials());
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(407, "x", "Proxy-Authenticate: Digest realm=\"example.org\", nonce=\"b\""));
        Assert.Equal("INVITE", _bench.Only(EventType.SipAuthFailed).Sip.Method);
        _bench.None(EventType.SipCallAttempt);
    }

    [Fact]
    public void A_number_that_does_not_exist_is_no_wrong_password()
    {
        var invite = Message.Request("INVITE").With("Proxy-" + Credentials());
        _bench.Send(Caller, Proxy, invite);
        _bench.Send(Proxy, Caller, invite.Reply(404));
        _bench.Only(EventType.SipCallAttempt);
        _bench.None(EventType.SipAuthFailed);
    }

    [Fact]
    public void At_the_end_of_a_capture_a_fresh_challenge_is_a_gap_and_an_older_one_abandoned()
    {
        Exchange(Register(1) with { CallId = "old" }, 401, Challenge);
        _bench.Wait(0.6);
        Exchange(Register(1) with { CallId = "new" }, 401, Challenge);
        _bench.Finish();
        Assert.Equal(["", "capture_gap"], _bench.Events.Where(e => e.Type == EventType.SipAuthChallengeAbandoned).Select(e => e.PartialReason));
    }

    [Fact]
    public void Attempts_through_a_proxy_count_once()
    {
        var register = Register(1).With(Credentials());
        _bench.Send(Caller, Proxy, register);
        var leg = register.Relayed(Proxy, "sip:registrar.example.org");
        _bench.Send(Proxy, Callee, leg);
        _bench.Send(Callee, Proxy, leg.Reply(401, "x", Challenge));
        _bench.Send(Proxy, Caller, register.Reply(401, "x", Challenge));
        Assert.Equal(Caller, new IPAddress(_bench.Only(EventType.SipAuthFailed).SourceIp.Span).ToString());
    }

    private static string Credentials(string user = "1000") =>
        $"Authorization: Digest username=\"{user}\", realm=\"example.org\", nonce=\"abc\", uri=\"sip:example.org\", response=\"5ecre7\", algorithm=MD5";

    private static Message Register(int cseq) => Message.Request("REGISTER", "sip:example.org") with
    {
        To = "<sip:1000@example.org>", CSeq = cseq, Headers = ["Contact: <sip:1000@192.0.2.1>"],
    };

    private void Exchange(Message request, int status, string header, string from = Caller)
    {
        _bench.Send(from, Proxy, request);
        _bench.Send(Proxy, from, request.Reply(status, "srv", header));
    }
}
