using System.Text;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>A tracker, a clock and a few hosts to send messages between.</summary>
internal sealed class TrackerBench : IEventSink
{
    public const string Caller = "192.0.2.1";
    public const string Proxy = "192.0.2.10";
    public const string Callee = "192.0.2.2";
    public const string Attacker = "198.51.100.66";
    private static readonly long Epoch = new DateTimeOffset(2026, 11, 16, 8, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000;

    public TrackerBench(TrackerOptions? options = null)
    {
        Tracker = new SipTracker(options ?? new TrackerOptions(), this, "pbx-1");
        Now = Epoch;
        Tracker.OnTime(Now);
    }

    public SipTracker Tracker { get; }

    public List<Event> Events { get; } = [];

    /// <summary>Nanoseconds since 1970.</summary>
    public long Now { get; private set; }

    public TimeSpan Elapsed => TimeSpan.FromTicks((Now - Epoch) / 100);

    /// <summary>Everything but the periodic events.</summary>
    public IEnumerable<Event> Told => Events.Where(e => e.Type is not (EventType.SipSourceStats or EventType.SipCounters));

    public Event Only(EventType type) => Assert.Single(Events, e => e.Type == type);

    public void None(EventType type) => Assert.DoesNotContain(Events, e => e.Type == type);

    public int Count(EventType type) => Events.Count(e => e.Type == type);

    public static TimeSpan At(Event e) => TimeSpan.FromTicks((e.EventTime - Epoch) / 100);

    public void Wait(double seconds)
    {
        Now += (long)(seconds * 1e9);
        Tracker.OnTime(Now);
    }

    public void SetClock(TimeSpan by)
    {
        Now += by.Ticks * 100;
        Tracker.OnTime(Now);
    }

    public void Send(string from, string to, Message message) => Send(from, to, message.ToBytes());

    public void Send(string from, string to, string text) => Send(from, to, Encoding.UTF8.GetBytes(text));

    public void Send(string from, string to, byte[] payload) => Send(from, to, payload, TransportKind.Udp);

    /// <summary>A message on a stream; the client is the side that opened it.</summary>
    public void Send(string from, string to, Message message, TransportKind transport, StreamSide side = StreamSide.Client) =>
        Send(from, to, message.ToBytes(), transport, side);

    public void Connection(ConnectionEvent what, string from, string to, ushort tlsVersion = 0, ushort tlsCipher = 0)
    {
        Now += 1_000_000;
        Tracker.OnTime(Now);
        var key = new StreamKey(Address(from, out var sourcePort), Address(to, out var destinationPort), sourcePort, destinationPort, TunnelKind.None, 0);
        Tracker.OnConnection(new ConnectionChange { Event = what, Time = Now, Key = key, TlsVersion = tlsVersion, TlsCipher = tlsCipher });
        Assert.Null(Tracker.LastFault);
    }

    public void Send(string from, string to, byte[] payload, TransportKind transport, StreamSide side = StreamSide.Unknown, bool truncated = false)
    {
        Now += 1_000_000;
        Tracker.OnDatagram(new Datagram
        {
            Time = Now,
            Side = side,
            Truncated = truncated,
            Source = Address(from, out var sourcePort),
            Destination = Address(to, out var destinationPort),
            SourcePort = sourcePort,
            DestinationPort = destinationPort,
            Transport = transport,
            Payload = payload,
        });
        Assert.Null(Tracker.LastFault);
    }

    public void Finish() => Tracker.Finish(Now);

    public IReadOnlyDictionary<string, ulong> Counters()
    {
        var totals = new Dictionary<string, ulong>();
        Tracker.CopyCounters(totals);
        return totals;
    }

    /// <summary>INVITE, 180, 200, ACK between caller and proxy.</summary>
    public Message Call(string callId = "call-1", Message? invite = null)
    {
        invite ??= Message.Request("INVITE") with { CallId = callId };
        Send(Caller, Proxy, invite);
        Wait(0.1);
        Send(Proxy, Caller, invite.Reply(180));
        Wait(2);
        Send(Proxy, Caller, invite.Reply(200));
        Send(Caller, Proxy, Message.Request("ACK") with { CallId = callId, To = invite.To + ";tag=callee" });
        return invite;
    }

    /// <summary>A request of the caller inside the dialog that <see cref="Call"/> made.</summary>
    public static Message InDialog(string method, string callId = "call-1", int cseq = 2) =>
        Message.Request(method) with { CallId = callId, CSeq = cseq, To = "<sip:2000@example.org>;tag=callee" };

    void IEventSink.Emit(Event e) => Events.Add(e);

    private static IpAddress128 Address(string text, out ushort port)
    {
        var colon = text.Count(c => c == ':') == 1 ? text.IndexOf(':', StringComparison.Ordinal) : -1;
        port = colon < 0 ? (ushort)5060 : ushort.Parse(text[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(IpAddress128.TryParse(colon < 0 ? text : text[..colon], out var address));
        return address;
    }
}
