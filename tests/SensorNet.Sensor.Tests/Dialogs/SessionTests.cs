using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;
using SensorNet.Tests.Shared;
using SensorNet.V1;
using static SensorNet.Sensor.Tests.Dialogs.TrackerBench;

namespace SensorNet.Sensor.Tests.Dialogs;

public sealed class SessionTests
{
    private const string Client = "192.0.2.1:40001";
    private readonly TrackerBench _bench = new();

    [Fact]
    public void A_connection_of_a_phone_is_told_from_its_first_request_to_its_end()
    {
        Register(Client, 200);
        _bench.Wait(60);
        Register(Client, 200);
        _bench.Connection(ConnectionEvent.Finished, Client, Proxy);
        Assert.Equal(["connect", "register"], Words());
        _bench.Connection(ConnectionEvent.Finished, Proxy, Client);
        Assert.Equal(["connect", "register", "disconnect"], Words());
        Assert.All(Sessions(), e =>
        {
            Assert.Equal("1000", e.User);
            Assert.Equal("1000@example.org", e.Aor);
            Assert.Equal("Phone/1", e.UserAgent);
            Assert.Equal(40001U, e.SourcePort);
            Assert.Equal(Transport.Tcp, e.Transport);
            Assert.False(e.Partial);
        });
        var end = Sessions()[^1];
        Assert.Equal(("finished", "client"), (end.Attributes["cause"], end.Attributes["closed_by"]));
        Assert.Equal("60005", end.Attributes["duration_ms"]);
        Assert.Equal(0UL, _bench.Counters()["table.sessions"]);
    }

    [Fact]
    public void A_phone_that_comes_back_is_a_new_session_though_its_registration_is_not_new()
    {
        Register(Client, 200);
        _bench.Connection(ConnectionEvent.Reset, Client, Proxy);
        Register("192.0.2.1:40002", 200);
        Assert.Equal(["connect", "register", "disconnect", "connect", "register"], Words());
        _bench.Only(EventType.SipRegistrationNew);
    }

    [Fact]
    public void A_refused_registration_is_told_once_until_one_is_accepted()
    {
        Register(Client, 403);
        Register(Client, 403);
        Register(Client, 200);
        Register(Client, 403);
        Assert.Equal(["connect", "refused", "register", "refused"], Words());
        Assert.Equal(403U, Sessions()[1].Sip.StatusCode);
    }

    [Fact]
    public void A_connection_that_nobody_takes_is_refused()
    {
        _bench.Connection(ConnectionEvent.Refused, Proxy, Client);
        var refused = Assert.Single(Sessions());
        Assert.Equal("refused", refused.Reason);
        Assert.Equal(40001U, refused.SourcePort);
    }

    [Fact]
    public void Of_a_TLS_connection_the_cipher_is_known()
    {
        _bench.Connection(ConnectionEvent.Secured, Proxy + ":5061", Client, 0x0304, 0x1302);
        _bench.Connection(ConnectionEvent.Reset, Proxy + ":5061", Client);
        Assert.Equal(["connect", "disconnect"], Words());
        Assert.All(Sessions(), e =>
        {
            Assert.Equal(("1.3", "TLS_AES_256_GCM_SHA384"), (e.Tls.Version, e.Tls.Cipher));
            Assert.Equal(Transport.Tls, e.Transport);
            Assert.Equal(40001U, e.SourcePort);
        });
        Assert.Equal("server", Sessions()[1].Attributes["closed_by"]);
    }

    [Fact]
    public void A_connection_whose_start_was_not_seen_is_partial()
    {
        var options = Message.Request("OPTIONS");
        _bench.Send(Client, Proxy, options, TransportKind.Tcp, StreamSide.Unknown);
        Assert.Equal("mid_dialog", Assert.Single(Sessions()).PartialReason);
    }

    [Fact]
    public void What_a_server_sends_makes_no_session()
    {
        _bench.Send(Proxy, Client, Message.Request("OPTIONS"), TransportKind.Tcp, StreamSide.Unknown);
        _bench.Send(Proxy, "192.0.2.1:40002", Message.Request("OPTIONS") with { CallId = "2" }, TransportKind.Tcp, StreamSide.Server);
        Assert.Empty(Sessions());
    }

    [Fact]
    public void A_proxy_that_passes_a_request_on_is_no_client()
    {
        var invite = Message.Request("INVITE");
        _bench.Send(Client, Proxy, invite, TransportKind.Tcp);
        _bench.Send(Proxy + ":50000", Callee, invite.Relayed(Proxy, "sip:2000@192.0.2.2"), TransportKind.Tcp);
        Assert.Equal(40001U, Assert.Single(Sessions()).SourcePort);
    }

    [Fact]
    public void Datagrams_make_no_sessions()
    {
        _bench.Send(Caller, Proxy, Message.Request("OPTIONS"));
        Assert.Empty(Sessions());
    }

    [Theory]
    [InlineData(true, 10, "finished")]
    [InlineData(false, 4 * 3600, "idle")]
    public void A_connection_whose_end_was_not_seen_is_given_up(bool half, int seconds, string cause)
    {
        Register(Client, 200);
        if (half)
        {
            _bench.Connection(ConnectionEvent.Finished, Proxy, Client);
        }

        _bench.Wait(seconds - 1);
        Assert.DoesNotContain("disconnect", Words());
        _bench.Wait(2);
        Assert.Equal(cause, Sessions()[^1].Attributes["cause"]);
    }

    [Fact]
    public void Sessions_are_bounded()
    {
        var bench = new TrackerBench(new TrackerOptions { MaxSessions = 16 });
        for (var i = 0; i < 100; i++)
        {
            bench.Send($"192.0.2.1:{40000 + i}", Proxy, Message.Request("OPTIONS") with { CallId = $"{i}" }, TransportKind.Tcp);
        }

        Assert.Equal(16UL, bench.Counters()["table.sessions"]);
        Assert.Equal(84UL, bench.Counters()["evicted.sessions"]);
    }

    /// <summary>
    /// Recorded at a Kamailio registrar: three TCP connections (one breaks off), one WebSocket, one TLS 1.3, one to a closed
    /// port, one with two wrong passwords before the right one, one that says nothing.
    /// </summary>
    [Fact]
    public void The_sessions_of_real_clients_are_told_with_who_where_and_how()
    {
        var run = CaptureRun.Of(Repository.TestData("captures", "sessions.pcap.gz"));
        Assert.Equal(
            [
                "tcp connect 1001", "tcp register 1001", "tcp disconnect 1001 finished client",
                "tcp connect 1001", "tcp register 1001", "tcp disconnect 1001 finished client",
                "tcp connect 1002", "tcp register 1002", "tcp disconnect 1002 reset client",
                "ws connect 1003", "ws register 1003", "ws disconnect 1003 finished client",
                "tls connect  1.3 TLS_AES_256_GCM_SHA384", "tls disconnect  1.3 TLS_AES_256_GCM_SHA384 finished client",
                "tcp refused  reset",
                "tcp connect 1006", "tcp refused 1006", "tcp register 1006", "tcp disconnect 1006 finished client",
            ],
            run.OfType(EventType.SipSession).Select(e => string.Join(
                ' ', new[] { e.Transport.ToString().ToLowerInvariant(), e.Reason, e.User, e.Tls?.Version, e.Tls?.Cipher, Attribute(e, "cause"), Attribute(e, "closed_by") }.OfType<string>())));
    }

    private static string? Attribute(Event e, string name) => e.Attributes.TryGetValue(name, out var value) ? value : null;

    private List<Event> Sessions() => [.. _bench.Events.Where(e => e.Type == EventType.SipSession)];

    private IEnumerable<string> Words() => Sessions().Select(e => e.Reason);

    private void Register(string from, int status)
    {
        var register = Message.Request("REGISTER", "sip:example.org") with
        {
            CallId = $"r{_bench.Now}", To = "<sip:1000@example.org>", Headers = ["Contact: <sip:1000@192.0.2.1;transport=tcp>", "User-Agent: Phone/1"],
        };
        _bench.Send(from, Proxy, register, TransportKind.Tcp);
        _bench.Send(Proxy, from, register.Reply(status), TransportKind.Tcp, StreamSide.Server);
    }
}
