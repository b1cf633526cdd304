using System.Diagnostics;
using System.Text;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Events;
using SensorNet.Tests.Shared;
using SensorNet.V1;
using static SensorNet.Sensor.Tests.Dialogs.TrackerBench;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>Hostile input is the normal case: what it may cost.</summary>
[Collection(MeasuresMemory.Name)]
public sealed class LimitTests
{
    [Fact]
    public void A_message_that_raises_no_event_allocates_nothing()
    {
        var sink = new DiscardingSink();
        var tracker = new SipTracker(new TrackerOptions { StatsInterval = TimeSpan.FromHours(1), Rates = [new RateLimit("requests", TimeSpan.FromMinutes(1), 1_000_000)] }, sink, "h");
        var now = 1_800_000_000_000_000_000L;
        var register = Register(0);
        var replies = register.Reply(200, "s", "Contact: <sip:u0@192.0.2.1>;expires=3600").ToBytes();
        var options = new List<(byte[] Payload, bool FromUser)> { (register.ToBytes(), true), (replies, false) };
        var invite = Message.Request("INVITE") with { CallId = "steady" };
        options.Add((invite.ToBytes(), true));
        options.Add((invite.Reply(180).ToBytes(), false));
        options.Add((invite.Reply(200).ToBytes(), false));
        foreach (var (payload, fromUser) in options)
        {
            Feed(tracker, ref now, payload, fromUser);
        }

        // A refresh, an ACK and a repeated 180, over and over, within one statistics interval.
        var steady = new List<(byte[] Payload, bool FromUser)>();
        for (var i = 100; i < 4100; i++)
        {
            var again = Register(i);
            steady.Add((again.ToBytes(), true));
            steady.Add((again.Reply(200, "s", "Contact: <sip:u0@192.0.2.1>;expires=3600").ToBytes(), false));
            steady.Add((InDialog("ACK", "steady", 1).ToBytes(), true));
            steady.Add((invite.Reply(180).ToBytes(), false));
            steady.Add(("\r\n\r\n"u8.ToArray(), true));
        }

        var next = 0;
        void FeedQuarter()
        {
            for (var end = next + (steady.Count / 4); next < end; next++)
            {
                Feed(tracker, ref now, steady[next].Payload, steady[next].FromUser);
            }
        }

        FeedQuarter();
        FeedQuarter();
        var events = sink.Count;
        Assert.Equal(0, Allocations.LeastOf(2, FeedQuarter));
        Assert.Equal(events, sink.Count);
        Assert.Null(tracker.LastFault);
    }

    [Fact]
    public void The_events_of_calls_allocate_nothing_either()
    {
        var sink = new OctetSink();
        var tracker = new SipTracker(new TrackerOptions { StatsInterval = TimeSpan.FromHours(1), Rates = [] }, sink, "h");
        var now = 1_800_000_000_000_000_000L;
        var calls = new List<(byte[] Payload, bool FromUser)[]>();
        for (var i = 0; i < 2400; i++)
        {
            var id = $"call-{i}";
            var invite = Message.Request("INVITE").With("User-Agent: phone", "Contact: <sip:1000@192.0.2.1>") with { CallId = id, Body = "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 10000 RTP/AVP 8 0\r\n" };
            var bye = InDialog("BYE", id);
            calls.Add(
            [
                (invite.ToBytes(), true), (invite.Reply(180).ToBytes(), false), (invite.Reply(200).ToBytes(), false),
                (InDialog("ACK", id, 1).ToBytes(), true), (bye.ToBytes(), true), (bye.Reply(200).ToBytes(), false),
            ]);
        }

        // One call every 100 ms: after 32 s as many are forgotten as begin.
        var next = 0;
        void PlayThird()
        {
            for (var end = next + 800; next < end; next++)
            {
                foreach (var (payload, fromUser) in calls[next])
                {
                    Feed(tracker, ref now, payload, fromUser);
                }

                now += 88_000_000;
            }
        }

        PlayThird();
        Assert.Equal(0, Allocations.LeastOf(2, PlayThird));
        Assert.Null(tracker.LastFault);
        Assert.Equal(2 * next, sink.Count);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void An_answered_call_costs_at_most_600_octets()
    {
        const int Calls = 65_536;
        var sink = new DiscardingSink();
        var tracker = new SipTracker(new TrackerOptions { Rates = [] }, sink, "h");
        var now = 1_800_000_000_000_000_000L;

        // What a tracker has without any call is there before the measurement.
        Establish(tracker, ref now, 0, 1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Establish(tracker, ref now, 1, Calls);
        now += 100_000_000_000;
        tracker.OnTime(now);
        var octets = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Calls;
        TestContext.Current.TestOutputHelper?.WriteLine($"{octets:F0} octets per call");
        Assert.Equal((ulong)Calls, Counters(tracker)["table.calls"]);
        Assert.InRange(octets, 100, 600);
        GC.KeepAlive(tracker);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_flood_from_a_million_addresses_stays_within_the_tables()
    {
        var sink = new DiscardingSink();
        var tracker = new SipTracker(new TrackerOptions { MaxSources = 4096, MaxTransactions = 8192, MaxCalls = 4096, MaxTransactionBytes = 4 << 20, MaxTextBytes = 4 << 20 }, sink, "h");
        var now = 1_800_000_000_000_000_000L;
        var invite = (Message.Request("INVITE") with { CallId = "0000000000" }).ToBytes();
        var place = invite.AsSpan().IndexOf("0000000000"u8);
        for (var i = 0; i < 1_000_000; i++)
        {
            // The same message from every address, then with a Call-ID of its own.
            if (i >= 500_000)
            {
                System.Buffers.Text.Utf8Formatter.TryFormat(1_000_000_000 + i, invite.AsSpan(place), out _);
            }

            now += 1000;
            tracker.OnDatagram(new Datagram
            {
                Time = now, Source = new IpAddress128(0, 0xFFFF_0A00_0000UL + (ulong)i), Destination = new IpAddress128(0, 0xFFFF_C000_020AUL),
                SourcePort = 5060, DestinationPort = 5060, Transport = TransportKind.Udp, Payload = invite,
            });
        }

        Assert.Null(tracker.LastFault);
        var counters = Counters(tracker);
        Assert.InRange(counters["table.sources"], 1UL, 4096UL);
        Assert.InRange(counters["table.transactions"], 1UL, 8192UL);
        Assert.InRange(counters["table.calls"], 1UL, 4096UL);
        Assert.InRange(counters["memory.requests"], 1UL, 4UL << 20);
        Assert.True(counters["evicted.transactions"] > 900_000);
        Assert.True(sink.Types.GetValueOrDefault(EventType.SensorOverload) >= 1);
    }

    [Fact]
    public void Strangers_share_a_limit_that_those_we_know_are_free_of()
    {
        var bench = new TrackerBench(new TrackerOptions { StrangerEventBurst = 100, StrangerEventsPerSecond = 1, MaxSources = 64 });
        var register = Message.Request("REGISTER").With("Authorization: Digest username=\"1000\", realm=\"r\", nonce=\"n\", response=\"r\"", "Contact: <sip:1000@192.0.2.1>");
        bench.Send(Caller, Proxy, register);
        bench.Send(Proxy, Caller, register.Reply(200, "x", "Contact: <sip:1000@192.0.2.1>;expires=3600"));
        for (var i = 0; i < 1000; i++)
        {
            bench.Send($"198.51.{100 + (i / 250)}.{i % 250}", Proxy, Message.Request("OPTIONS") with { CallId = $"{i}", Headers = ["User-Agent: friendly-scanner"] });
        }

        Assert.InRange(bench.Count(EventType.SipScannerSeen) + bench.Count(EventType.SipDoorKnock) + bench.Count(EventType.SipSourceStats), 100, 110);
        Assert.Equal("1", bench.Events.First(e => e.Type == EventType.SensorOverload).Attributes["events.held_back"]);

        // The flood has pushed the strangers out of the table, the phone stands in it yet.
        Assert.True(bench.Counters()["evicted.sources"] > 900);
        bench.Send(Caller, Proxy, "nonsense that is not SIP\r\n");
        bench.Only(EventType.SipMsgProbe);
        bench.Send(Caller, Proxy, Message.Request("OPTIONS") with { CallId = "mine", Headers = ["User-Agent: friendly-scanner"] });
        Assert.Equal(Caller, new System.Net.IPAddress(bench.Events.Last(e => e.Type == EventType.SipScannerSeen).SourceIp.Span).ToString());
        bench.Wait(10);
        Assert.InRange(bench.Count(EventType.SipSourceStats), 64, 164);
    }

    [Fact]
    public void A_flood_of_calls_pushes_out_no_call_that_is_up()
    {
        var bench = new TrackerBench(new TrackerOptions { MaxCalls = 64, Rates = [] });
        bench.Call("up");
        for (var i = 0; i < 1000; i++)
        {
            var invite = Message.Request("INVITE") with { CallId = $"flood-{i}", From = $"<sip:x@example.org>;tag={i}" };
            bench.Send(Attacker, Proxy, i % 2 == 0 ? invite : invite.Reply(200));
        }

        var bye = InDialog("BYE", "up");
        bench.Send(Caller, Proxy, bye);
        var end = bench.Only(EventType.SipCallEnd);
        Assert.Equal("", end.PartialReason);
        Assert.Equal("caller", end.Call.HangupBy);
    }

    [Fact]
    public void An_answer_whose_invite_was_pushed_out_is_a_partial_start()
    {
        var bench = new TrackerBench(new TrackerOptions { MaxTransactions = 16, Rates = [] });
        var invite = Message.Request("INVITE");
        bench.Send(Caller, Proxy, invite);
        for (var i = 0; i < 20; i++)
        {
            bench.Send(Attacker, Proxy, Message.Request("OPTIONS") with { CallId = $"{i}" });
        }

        bench.Send(Proxy, Caller, invite.Reply(200));
        Assert.Equal("missing_request", bench.Only(EventType.SipCallStart).PartialReason);
    }

    [Fact]
    public void Overload_is_told_once_a_minute()
    {
        var bench = new TrackerBench(new TrackerOptions { MaxTransactions = 16 });
        for (var minute = 0; minute < 3; minute++)
        {
            for (var i = 0; i < 100; i++)
            {
                bench.Send(Attacker, Proxy, Message.Request("OPTIONS") with { CallId = $"{minute}-{i}" });
            }

            bench.Wait(61);
        }

        Assert.Equal(3, bench.Count(EventType.SensorOverload));
    }

    [Fact]
    public void Lost_packets_are_told_as_overload()
    {
        var bench = new TrackerBench();
        var lost = 0UL;
        bench.Tracker.AddCounters = totals => totals["capture.kernel_dropped"] = lost;
        for (var i = 0; i < 4; i++)
        {
            bench.Send(Attacker, Proxy, Message.Request("OPTIONS") with { CallId = $"{i}" });
            bench.Wait(10);
            lost = i < 2 ? 7UL * (ulong)i : lost;
        }

        // Lost between the second and the third count, told with it, and not again while nothing more is lost.
        Assert.Equal("7", bench.Only(EventType.SensorOverload).Attributes["packets.lost"]);
        bench.Wait(60);
        bench.Send(Attacker, Proxy, Message.Request("OPTIONS") with { CallId = "last" });
        bench.Wait(10);
        bench.Only(EventType.SensorOverload);
    }

    [Fact]
    public void Chosen_call_ids_spread_over_the_tables_as_random_ones_do()
    {
        // Texts that common unkeyed hashes cannot tell apart, and keys that differ in few bits. Of as many entries as there
        // are buckets the fullest bucket of a random spread has 8 or 9.
        const int Entries = 65_536;
        var hash = new KeyedHash();
        var chosen = new KeyIndex(Entries);
        var numbered = new KeyIndex(Entries);
        for (var i = 0; i < Entries; i++)
        {
            chosen.Add(hash.Of(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 16).Select(bit => (i >> bit & 1) == 0 ? "Aa" : "BB")))), i);
            numbered.Add(hash.Of((ulong)i << 32, 1), i);
        }

        Assert.InRange(Enumerable.Range(0, Entries).Max(chosen.Chain), 1, 20);
        Assert.InRange(Enumerable.Range(0, Entries).Max(numbered.Chain), 1, 20);
        Assert.Equal(Entries, Enumerable.Range(0, Entries).Sum(chosen.Chain));
    }

    [Fact]
    public void Many_legs_of_one_request_do_not_slow_the_tracker()
    {
        var bench = new TrackerBench(new TrackerOptions { Rates = [] });
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 20_000; i++)
        {
            bench.Send(Attacker, Proxy, Message.Request("OPTIONS"));
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
        Assert.Equal(20_000UL, bench.Counters()["requests"]);
    }

    [Fact]
    public void Any_octets_cost_at_most_their_packet()
    {
        var random = new Random(7);
        var bench = new TrackerBench(new TrackerOptions { Rates = [] });
        var seed = (Message.Request("INVITE").With("Contact: <sip:1000@192.0.2.1>", "Proxy-Authorization: Digest username=\"a\", realm=\"b\", nonce=\"c\", response=\"d\"") with { Body = "v=0\r\nm=audio 1 RTP/AVP 0\r\n" }).ToBytes();
        for (var i = 0; i < 20_000; i++)
        {
            var mutant = (byte[])seed.Clone();
            for (var edits = random.Next(1, 8); edits > 0; edits--)
            {
                mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            }

            bench.Send(i % 3 == 0 ? Callee : Attacker, Proxy, mutant[..random.Next(1, mutant.Length + 1)]);
        }

        bench.Wait(100);
        bench.Finish();
        Assert.Equal(0UL, bench.Counters()["faults"]);
    }

    private static void Establish(SipTracker tracker, ref long now, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var invite = Message.Request("INVITE", $"sip:{2000 + (i % 5000)}@pbx.example.org") with
            {
                CallId = $"{i:x8}-7d1f-4a52-9c1b@192.0.2.1", From = $"\"User {i % 5000}\" <sip:{1000 + (i % 5000)}@pbx.example.org>;tag={i:x8}ab", To = $"<sip:{2000 + (i % 5000)}@pbx.example.org>",
                Headers = ["User-Agent: Yealink SIP-T46S 66.86.0.15"],
            };
            Feed(tracker, ref now, invite.ToBytes(), true);
            Feed(tracker, ref now, invite.Reply(200, $"{i:x8}cd", "User-Agent: Grandstream GXP2170 1.0.11.64").ToBytes(), false);
        }
    }

    private static Message Register(int cseq) => Message.Request("REGISTER", "sip:example.org") with
    {
        CallId = "reg", CSeq = cseq + 1, Branch = $"z9hG4bKreg{cseq}", To = "<sip:u0@example.org>", Headers = ["Contact: <sip:u0@192.0.2.1>", "Expires: 3600"],
    };

    private static void Feed(SipTracker tracker, ref long now, byte[] payload, bool fromUser)
    {
        now += 2_000_000;
        var user = new IpAddress128(0, 0xFFFF_C000_0201UL);
        var server = new IpAddress128(0, 0xFFFF_C000_020AUL);
        tracker.OnDatagram(new Datagram
        {
            Time = now, Source = fromUser ? user : server, Destination = fromUser ? server : user,
            SourcePort = 5060, DestinationPort = 5060, Transport = TransportKind.Udp, Payload = payload,
        });
    }

    private static Dictionary<string, ulong> Counters(SipTracker tracker)
    {
        var totals = new Dictionary<string, ulong>();
        tracker.CopyCounters(totals);
        return totals;
    }

    private sealed class OctetSink : IEventSink
    {
        public int Count { get; private set; }

        public void Emit(Event e) => Count++;

        public void Emit(in EncodedEvent e) => Count++;
    }

    private sealed class DiscardingSink : IEventSink
    {
        public int Count { get; private set; }

        public Dictionary<EventType, int> Types { get; } = [];

        public void Emit(Event e)
        {
            Count++;
            Types[e.Type] = Types.GetValueOrDefault(e.Type) + 1;
        }
    }
}
