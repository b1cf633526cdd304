using SensorNet.Sensor.Decode;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Decode;

public sealed class PacketDecoderTests
{
    private static readonly byte[] Message = Request();

    [Fact]
    public void A_udp_payload_arrives_with_addresses_ports_and_time()
    {
        var decoder = new DecoderFixture();

        var status = decoder.Feed(Ethernet(IPv4(17, Udp(Message, 5070, 5060))), LinkType.Ethernet);

        Assert.Equal(DecodeStatus.Delivered, status);
        var received = Assert.Single(decoder.Sink.Datagrams);
        Assert.Equal(Message, received.Payload);
        Assert.Equal((Client, (ushort)5070), (received.Source, received.SourcePort));
        Assert.Equal((Server, (ushort)5060), (received.Destination, received.DestinationPort));
        Assert.Equal(decoder.Time, received.Time);
        Assert.Equal(decoder.Time, decoder.Sink.Now);
        Assert.Equal(TransportKind.Udp, received.Transport);
        Assert.False(received.Truncated);
    }

    public static TheoryData<string, int, byte[]> Links()
    {
        var ip = IPv4(17, Udp(Message));
        var ip6 = IPv6(17, Udp(Message));
        return new TheoryData<string, int, byte[]>
        {
            { "Ethernet", 1, Ethernet(ip) },
            { "Ethernet, padded", 1, Join(Ethernet(ip), new byte[7]) },
            { "Ethernet, IPv6", 1, Ethernet(ip6, 0x86DD) },
            { "802.3 with SNAP", 1, Ethernet(Join([0xAA, 0xAA, 3, 0, 0, 0, 8, 0], ip), 8 + ip.Length) },
            { "VLAN", 1, Ethernet(Vlan(42, ip), 0x8100) },
            { "QinQ", 1, Ethernet(Vlan(42, Vlan(7, ip), 0x8100), 0x88A8) },
            { "old QinQ", 1, Ethernet(Vlan(42, Vlan(7, ip6, 0x86DD), 0x8100), 0x9100) },
            { "MPLS, two labels", 1, Ethernet(Join([0, 1, 0, 64], [0, 2, 1, 64], ip), 0x8847) },
            { "MPLS pseudowire", 1, Ethernet(Join([0, 2, 1, 64], [0, 0, 0, 0], Ethernet(ip)), 0x8847) },
            { "PPPoE", 1, Ethernet(Join([0x11, 0, 0, 1], Big16(ip.Length + 2), [0, 0x21], ip), 0x8864) },
            { "Linux cooked", 113, Join(new byte[14], [8, 0], ip) },
            { "Linux cooked, VLAN", 113, Join(new byte[14], [0x81, 0], Vlan(42, ip)) },
            { "Linux cooked v2", 276, Join([8, 0], new byte[18], ip) },
            { "raw", 101, ip },
            { "raw IPv6", 101, ip6 },
            { "raw, BSD", 12, ip },
            { "IPv4", 228, ip },
            { "IPv6", 229, ip6 },
            { "null, little endian", 0, Join([2, 0, 0, 0], ip) },
            { "null, IPv6 of BSD", 0, Join([30, 0, 0, 0], ip6) },
            { "loop", 108, Join([0, 0, 0, 2], ip) },
            { "PPP", 9, Join([0xFF, 3, 0, 0x21], ip) },
            { "PPP, compressed", 9, Join([0x21], ip) },
            { "PPP, IPv6", 50, Join([0xFF, 3, 0, 0x57], ip6) },
            { "Cisco HDLC", 104, Join([0x0F, 0, 8, 0], ip) },
            { "IPv4 with options", 101, IPv4(17, Udp(Message), options: [7, 7, 4, 0, 0, 0, 0, 0]) },
            { "IPv6 hop by hop and destination options", 101, IPv6(0, Join([60, 0, 1, 4, 0, 0, 0, 0], [17, 1], new byte[14], Udp(Message))) },
            { "IPv6 routing", 101, IPv6(43, Join([17, 0, 0, 0, 0, 0, 0, 0], Udp(Message))) },
            { "IPv6 authentication header", 101, IPv6(51, Join([17, 4], new byte[22], Udp(Message))) },
            { "IPv6 atomic fragment", 101, IPv6(44, Join([17, 0, 0, 0, 0, 0, 0, 9], Udp(Message))) },
        };
    }

    [Theory]
    [MemberData(nameof(Links))]
    public void Every_link_layer_is_stripped(string name, int linkType, byte[] packet)
    {
        var decoder = new DecoderFixture();

        Assert.Equal(DecodeStatus.Delivered, decoder.Feed(packet, (LinkType)linkType));

        var received = Assert.Single(decoder.Sink.Datagrams);
        Assert.Equal(Message, received.Payload);
        Assert.Equal(name.Contains("VLAN", StringComparison.Ordinal) || name.Contains("QinQ", StringComparison.Ordinal) ? 42 : 0, received.Vlan);
    }

    public static TheoryData<string, byte[], string, uint> Tunnels()
    {
        var inner = IPv4(17, Udp(Message), "10.0.0.1", "10.0.0.2");
        var inner6 = IPv6(17, Udp(Message));
        byte[] vxlan = [8, 0, 0, 0, 0, 0x12, 0x34, 0];
        byte[] erspan2 = [0x10, 0, 0, 0x2A, 0, 0, 0, 0];
        byte[] erspan3 = [0x20, 0, 0, 0x2A, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] erspan3Long = [0x20, 0, 0, 0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        return new TheoryData<string, byte[], string, uint>
        {
            { "VXLAN", IPv4(17, Udp(Join(vxlan, Ethernet(inner)), 50000, 4789)), nameof(TunnelKind.Vxlan), 0x1234 },
            { "VXLAN on Linux's old port", IPv6(17, Udp(Join(vxlan, Ethernet(Vlan(3, inner), 0x8100)), 50000, 8472)), nameof(TunnelKind.Vxlan), 0x1234 },
            { "VXLAN-GPE with IP", IPv4(17, Udp(Join([0x0C, 0, 0, 1, 0, 0x12, 0x34, 0], inner), 50000, 4789)), nameof(TunnelKind.Vxlan), 0x1234 },
            { "GRE", IPv4(47, Join([0, 0, 8, 0], inner)), nameof(TunnelKind.Gre), 0 },
            { "GRE with key", IPv4(47, Join([0x20, 0, 0x86, 0xDD], Big32(99), inner6)), nameof(TunnelKind.Gre), 99 },
            { "GRE with everything", IPv4(47, Join([0xB0, 0, 8, 0], new byte[4], Big32(99), Big32(1), inner)), nameof(TunnelKind.Gre), 99 },
            { "GRE with Ethernet", IPv6(47, Join([0, 0, 0x65, 0x58], Ethernet(inner))), nameof(TunnelKind.Gre), 0 },
            { "GRE with PPP (PPTP)", IPv4(47, Join([0x30, 0x81, 0x88, 0x0B], Big32(5), Big32(1), Big32(1), [0xFF, 3, 0, 0x21], inner)), nameof(TunnelKind.Gre), 5 },
            { "ERSPAN I", IPv4(47, Join([0, 0, 0x88, 0xBE], Ethernet(inner))), nameof(TunnelKind.Erspan), 0 },
            { "ERSPAN II", IPv4(47, Join([0x10, 0, 0x88, 0xBE], Big32(1), erspan2, Ethernet(inner))), nameof(TunnelKind.Erspan), 42 },
            { "ERSPAN III", IPv4(47, Join([0x10, 0, 0x22, 0xEB], Big32(1), erspan3, Ethernet(inner))), nameof(TunnelKind.Erspan), 42 },
            { "ERSPAN III with subheader", IPv4(47, Join([0x10, 0, 0x22, 0xEB], Big32(1), erspan3Long, Ethernet(inner))), nameof(TunnelKind.Erspan), 42 },
            { "IP in IP", IPv4(4, inner), nameof(TunnelKind.IpInIp), 0 },
            { "IPv6 in IPv4", IPv4(41, inner6), nameof(TunnelKind.IpInIp), 0 },
            { "IPv4 in IPv6", IPv6(4, inner), nameof(TunnelKind.IpInIp), 0 },
            { "GTP-U", IPv4(17, Udp(Join([0x30, 255], Big16(inner.Length), Big32(77), inner), 2152, 2152)), nameof(TunnelKind.Gtp), 77 },
            { "GTP-U with extension", IPv4(17, Udp(Join([0x34, 255], Big16(8 + inner.Length), Big32(77), [0, 0, 0, 0x85], [1, 0, 9, 0], inner), 2152, 2152)), nameof(TunnelKind.Gtp), 77 },
            { "GRE in VXLAN", IPv4(17, Udp(Join(vxlan, Ethernet(IPv4(47, Join([0x20, 0, 8, 0], Big32(6), inner)))), 50000, 4789)), nameof(TunnelKind.Gre), 6 },
        };
    }

    [Theory]
    [MemberData(nameof(Tunnels))]
    public void Every_tunnel_is_opened_and_the_innermost_addresses_count(string name, byte[] packet, string tunnel, uint id)
    {
        var decoder = new DecoderFixture();

        Assert.Equal(DecodeStatus.Delivered, decoder.Feed(packet));

        var received = Assert.Single(decoder.Sink.Datagrams);
        Assert.Equal(Message, received.Payload);
        Assert.Equal((tunnel, id), (received.Tunnel.ToString(), received.TunnelId));
        Assert.True(received.Source is "10.0.0.1" or Client6, name);
    }

    [Fact]
    public void Tunnels_inside_each_other_end_somewhere()
    {
        var packet = IPv4(17, Udp(Message));
        for (var i = 0; i < 20; i++)
        {
            packet = IPv4(4, packet);
        }

        var decoder = new DecoderFixture();

        Assert.Equal(DecodeStatus.TooDeep, decoder.Feed(packet));
        Assert.Empty(decoder.Sink.Datagrams);
    }

    [Theory]
    [InlineData(132, nameof(DecodeStatus.UndecodableSctp))]
    [InlineData(50, nameof(DecodeStatus.UndecodableEsp))]
    [InlineData(1, nameof(DecodeStatus.UnsupportedProtocol))]
    public void What_cannot_be_seen_is_counted_by_kind(int protocol, string expected)
    {
        var decoder = new DecoderFixture();

        Assert.Equal(expected, decoder.Feed(IPv4(protocol, new byte[40])).ToString());
        Assert.Equal(1, decoder.Counters[Enum.Parse<DecodeStatus>(expected)]);
        Assert.Equal(1, decoder.Counters.All().Where(c => c.Key.StartsWith("decode.", StringComparison.Ordinal)
            && c.Key is not ("decode.packets" or "decode.bytes")).Sum(c => c.Value));
    }

    [Fact]
    public void Other_ports_are_not_selected_unless_ports_are_auto()
    {
        var sip = IPv4(17, Udp(Message, 7001, 7002));
        var rtp = IPv4(17, Udp([0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1], 7001, 7002));

        var fixedPorts = new DecoderFixture();
        Assert.Equal(DecodeStatus.NotSelected, fixedPorts.Feed(sip));

        var anyPort = new DecoderFixture(new DecodeOptions { AnyPort = true });
        Assert.Equal(DecodeStatus.Delivered, anyPort.Feed(sip));
        Assert.Equal(DecodeStatus.NotSelected, anyPort.Feed(rtp));
        Assert.Equal(Message, Assert.Single(anyPort.Sink.Datagrams).Payload);
    }

    [Fact]
    public void Everything_on_a_sip_port_is_handed_on_so_that_probes_are_seen()
    {
        var decoder = new DecoderFixture();

        decoder.Feed(IPv4(17, Udp([0], 31337, 5060)));
        decoder.Feed(IPv4(17, Udp(Bytes("\r\n\r\n"), 31337, 5060)));

        Assert.Equal(["\0", "\r\n\r\n"], decoder.Sink.Texts);
    }

    [Fact]
    public void A_packet_cut_by_the_snap_length_is_handed_on_and_marked()
    {
        var packet = Ethernet(IPv4(17, Udp(Message)));
        var decoder = new DecoderFixture();

        Assert.Equal(DecodeStatus.Delivered, decoder.Feed(packet[..120], LinkType.Ethernet, packet.Length));
        Assert.Equal(DecodeStatus.Truncated, decoder.Feed(packet[..30], LinkType.Ethernet, packet.Length));

        var received = Assert.Single(decoder.Sink.Datagrams);
        Assert.True(received.Truncated);
        Assert.Equal(Message[..(120 - 42)], received.Payload);
    }

    public static TheoryData<string, byte[], string> Lies() => new()
    {
        { "empty", [], nameof(DecodeStatus.MalformedIp) },
        { "IP version 5", [0x55, 0, 0, 0], nameof(DecodeStatus.MalformedIp) },
        { "IPv4 cut in the header", IPv4(17, Udp(Message))[..19], nameof(DecodeStatus.MalformedIp) },
        { "IPv4 header length below 20", With(IPv4(17, Udp(Message)), 0, 0x44), nameof(DecodeStatus.MalformedIp) },
        { "IPv4 header longer than the packet", With(IPv4(17, [])[..20], 0, 0x4F), nameof(DecodeStatus.MalformedIp) },
        { "IPv4 total length below the header", With(IPv4(17, Udp(Message)), 3, 10, 2, 0), nameof(DecodeStatus.MalformedIp) },
        { "UDP length below 8", IPv4(17, With(Udp(Message), 4, 0, 5, 7)), nameof(DecodeStatus.MalformedTransport) },
        { "UDP header cut", IPv4(17, [0x13, 0xC4]), nameof(DecodeStatus.MalformedTransport) },
        { "TCP header length below 20", IPv4(6, With(Tcp(1, Message), 12, 0x40)), nameof(DecodeStatus.MalformedTransport) },
        { "TCP header longer than the packet", IPv4(6, With(Tcp(1, []), 12, 0xF0)), nameof(DecodeStatus.MalformedTransport) },
        { "IPv6 extension header longer than the packet", IPv6(0, [17, 200, 0, 0, 0, 0, 0, 0]), nameof(DecodeStatus.MalformedIp) },
        { "IPv6 without a payload", IPv6(59, []), nameof(DecodeStatus.NoPayload) },
        { "VXLAN without its flag", IPv4(17, Udp(new byte[60], 5, 4789)), nameof(DecodeStatus.MalformedTransport) },
        { "GRE version 7", IPv4(47, [0, 7, 8, 0]), nameof(DecodeStatus.MalformedTransport) },
        { "GRE with routing that does not end", IPv4(47, Join([0x40, 0, 8, 0], new byte[4], [0, 1, 0, 4, 0, 0, 0, 0])), nameof(DecodeStatus.MalformedTransport) },
        { "GTP with an extension of length 0", IPv4(17, Udp([0x34, 255, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0], 1, 2152)), nameof(DecodeStatus.MalformedTransport) },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void Lengths_that_lie_are_counted_not_believed(string name, byte[] packet, string expected)
    {
        var decoder = new DecoderFixture();

        Assert.Equal($"{name}: {expected}", $"{name}: {decoder.Feed(packet)}");
        Assert.Empty(decoder.Sink.Datagrams);
    }

    [Fact]
    public void A_length_of_0_from_segmentation_offload_means_all_there_is()
    {
        var decoder = new DecoderFixture();

        decoder.Feed(With(IPv4(17, Udp(Message)), 2, 0, 3, 0));

        Assert.Equal(Message, Assert.Single(decoder.Sink.Datagrams).Payload);
    }

    [Fact]
    public void Times_are_shifted_everywhere()
    {
        var decoder = new DecoderFixture();
        decoder.Decoder.TimeShift = 5_000_000_000;

        decoder.Feed(IPv4(17, Udp(Message)));

        Assert.Equal(decoder.Time + 5_000_000_000, Assert.Single(decoder.Sink.Datagrams).Time);
        Assert.Equal(decoder.Time + 5_000_000_000, decoder.Sink.Now);
    }

    [Fact]
    public void A_sink_that_throws_costs_one_packet()
    {
        var decoder = new PacketDecoder(new DecodeOptions(), new ThrowingSink());

        var status = decoder.Decode(new CapturedPacket
        {
            Time = 1,
            LinkType = LinkType.Raw,
            Data = IPv4(17, Udp(Message)),
            OriginalLength = 1,
        });

        Assert.Equal(DecodeStatus.Fault, status);
        Assert.Equal("planned", decoder.LastFault?.Message);
        Assert.Equal(1, decoder.Counters[DecodeStatus.Fault]);
    }

    private static byte[] With(byte[] packet, params int[] changes)
    {
        var changed = (byte[])packet.Clone();
        for (var i = 0; i < changes.Length; i += 2)
        {
            changed[changes[i]] = (byte)changes[i + 1];
        }

        return changed;
    }

    private sealed class ThrowingSink : IDatagramSink
    {
        public void OnDatagram(in Datagram datagram) => throw new InvalidOperationException("planned");

        public void OnTime(long time)
        {
        }
    }
}
