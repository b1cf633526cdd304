using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Decode;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Decode;

public sealed class FragmentTableTests
{
    private static readonly byte[] Message = Request("INVITE", body: 3000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fragments_in_any_order_and_sent_twice_make_the_same_datagram(bool version6)
    {
        var sizes = Gen.Choose(1, 180).Select(n => n * 8);
        var cases = from size in sizes from seed in Gen.Choose(0, int.MaxValue - 1) select (size, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var fragments = version6 ? FragmentIPv6(17, Udp(Message), c.size) : FragmentIPv4(17, Udp(Message), c.size);
            var random = new System.Random(c.seed);
            var twice = fragments.Concat(fragments.Take(fragments.Count - 1).Where(_ => random.Next(3) == 0)).ToArray();
            random.Shuffle(twice);
            if (fragments.Count > FragmentedDatagram.MaxRanges)
            {
                return;
            }

            var decoder = new DecoderFixture();
            foreach (var fragment in twice)
            {
                decoder.Feed(fragment);
            }

            Assert.Equal(Message, Assert.Single(decoder.Sink.Datagrams).Payload);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_datagram_has_the_time_of_its_last_fragment()
    {
        var decoder = new DecoderFixture();
        foreach (var fragment in FragmentIPv4(17, Udp(Message), 1480))
        {
            decoder.Feed(fragment);
        }

        Assert.Equal(decoder.Time, Assert.Single(decoder.Sink.Datagrams).Time);
        Assert.Equal(0, decoder.Counters.FragmentsOpen);
        Assert.Equal(0, decoder.Counters.FragmentBytes);
    }

    [Fact]
    public void In_IPv4_the_octets_that_came_first_win()
    {
        var udp = Udp(Message);
        var forged = (byte[])udp.Clone();
        forged.AsSpan(1480).Fill((byte)'X');
        var honest = FragmentIPv4(17, udp, 1480);
        var liar = IPv4(17, forged[1400..2000], id: 7, fragment: 0x2000 | (1400 / 8));
        var decoder = new DecoderFixture();

        decoder.Feed(honest[0]);
        decoder.Feed(honest[1]);
        decoder.Feed(liar);
        decoder.Feed(honest[2]);

        Assert.Equal(Message, Assert.Single(decoder.Sink.Datagrams).Payload);
        Assert.Equal(1, decoder.Counters.FragmentOverlaps);
    }

    [Fact]
    public void In_IPv6_an_overlap_drops_the_datagram()
    {
        var udp = Udp(Message);
        var fragments = FragmentIPv6(17, udp, 1440);
        var overlap = IPv6(44, Join([17, 0], Big16(1432 | 1), Big32(7), new byte[400]));
        var decoder = new DecoderFixture();

        decoder.Feed(fragments[0]);
        Assert.Equal(DecodeStatus.ReassemblyRefused, decoder.Feed(overlap));
        foreach (var fragment in fragments[1..])
        {
            decoder.Feed(fragment);
        }

        Assert.Empty(decoder.Sink.Datagrams);
        Assert.Equal(1, decoder.Counters.FragmentOverlaps);
    }

    [Fact]
    public void Fragments_wait_for_the_rest_only_so_long()
    {
        var fragments = FragmentIPv4(17, Udp(Message), 1480);
        var decoder = new DecoderFixture();

        decoder.Feed(fragments[0]);
        decoder.Wait(TimeSpan.FromSeconds(31));
        foreach (var fragment in fragments[1..])
        {
            decoder.Feed(fragment);
        }

        Assert.Empty(decoder.Sink.Datagrams);
        Assert.Equal(1, decoder.Counters.FragmentTimeouts);
    }

    [Fact]
    public void A_flood_of_first_fragments_stays_within_bounds()
    {
        var decoder = new DecoderFixture(new DecodeOptions { MaxFragmentedDatagrams = 100, MaxFragmentBytes = 1 << 20 });
        var payload = new byte[1480];

        for (var i = 0; i < 5000; i++)
        {
            decoder.Feed(IPv4(17, payload, id: i, fragment: 0x2000));
        }

        Assert.InRange(decoder.Counters.FragmentsOpen, 1, 100);
        Assert.InRange(decoder.Counters.FragmentBytes, 1, 1 << 20);
        Assert.Equal(4900, decoder.Counters.FragmentEvictions);

        foreach (var fragment in FragmentIPv4(17, Udp(Message), 1480, id: 9999))
        {
            decoder.Feed(fragment);
        }

        Assert.Single(decoder.Sink.Datagrams);
    }

    [Fact]
    public void Datagrams_of_unlike_vlans_are_not_mixed()
    {
        var a = FragmentIPv4(17, Udp(Request("INVITE", 2000, "a")), 1480);
        var b = FragmentIPv4(17, Udp(Request("INVITE", 2000, "b")), 1480);
        var decoder = new DecoderFixture();

        decoder.Feed(Ethernet(Vlan(1, a[0]), 0x8100), LinkType.Ethernet);
        decoder.Feed(Ethernet(Vlan(2, b[0]), 0x8100), LinkType.Ethernet);
        decoder.Feed(Ethernet(Vlan(2, b[1]), 0x8100), LinkType.Ethernet);
        decoder.Feed(Ethernet(Vlan(1, a[1]), 0x8100), LinkType.Ethernet);

        Assert.Equal([Request("INVITE", 2000, "b"), Request("INVITE", 2000, "a")], decoder.Sink.Datagrams.Select(d => d.Payload));
    }

    [Theory]
    [InlineData(0x2000 | 8190, 80)] // ends beyond 65535
    [InlineData(0x2000, 81)] // not a multiple of 8 although more follows
    [InlineData(0x2000, 0)]
    public void Impossible_fragments_are_refused(int field, int length)
    {
        var decoder = new DecoderFixture();

        Assert.Equal(DecodeStatus.MalformedIp, decoder.Feed(IPv4(17, new byte[length], fragment: field)));
        Assert.Equal(0, decoder.Counters.FragmentsOpen);
    }
}
