using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Capture;

public sealed class BpfFilterTests
{
    private static readonly byte[] Message = Request();
    private static readonly byte[] Ip = IPv4(17, Udp(Message));

    public static TheoryData<string, byte[]> Wanted() => new()
    {
        { "UDP", Ethernet(Ip) },
        { "UDP at the end of the range", Ethernet(IPv4(17, Udp(Message, 9, 5091))) },
        { "UDP over IPv6", Ethernet(IPv6(17, Udp(Message)), 0x86DD) },
        { "TCP", Ethernet(IPv4(6, Tcp(1, Message))) },
        { "TLS", Ethernet(IPv4(6, Tcp(1, Message, to: 5061))) },
        { "WebSocket", Ethernet(IPv4(6, Tcp(1, Message, to: 8088))) },
        { "HEP", Ethernet(IPv4(17, Udp(Message, 9, 9060))) },
        { "SCTP", Ethernet(IPv4(132, Udp(Message))) },
        { "first IPv4 fragment", Ethernet(FragmentIPv4(17, Udp(Message), 200)[0]) },
        { "later IPv4 fragment", Ethernet(FragmentIPv4(17, Udp(Message), 200)[1]) },
        { "first IPv6 fragment", Ethernet(FragmentIPv6(17, Udp(Message), 200)[0], 0x86DD) },
        { "later IPv6 fragment", Ethernet(FragmentIPv6(17, Udp(Message), 200)[1], 0x86DD) },
        { "IPv6 hop by hop", Ethernet(IPv6(0, Join([17, 0, 1, 4, 0, 0, 0, 0], Udp(Message))), 0x86DD) },
        { "VLAN", Ethernet(Vlan(5, Ip), 0x8100) },
        { "VLAN, IPv6 TCP", Ethernet(Vlan(5, IPv6(6, Tcp(1, Message)), 0x86DD), 0x8100) },
        { "VLAN, later fragment", Ethernet(Vlan(5, FragmentIPv4(17, Udp(Message), 200)[1]), 0x8100) },
        { "QinQ", Ethernet(Vlan(5, Vlan(6, Ip), 0x8100), 0x8100) },
        { "QinQ, 802.1ad", Ethernet(Vlan(5, Vlan(6, Ip), 0x8100), 0x88A8) },
        { "MPLS", Ethernet(Join([0, 1, 1, 64], Ip), 0x8847) },
        { "PPPoE", Ethernet(Join([0x11, 0, 0, 1, 0, 9, 0, 0x21], Ip), 0x8864) },
        { "VXLAN", Ethernet(IPv4(17, Udp(new byte[60], 5, 4789))) },
        { "VXLAN in a VLAN", Ethernet(Vlan(5, IPv4(17, Udp(new byte[60], 5, 8472))), 0x8100) },
        { "GTP-U", Ethernet(IPv4(17, Udp(new byte[60], 2152, 2152))) },
        { "GRE", Ethernet(IPv4(47, new byte[60])) },
        { "GRE over IPv6", Ethernet(IPv6(47, new byte[60]), 0x86DD) },
        { "IP in IP", Ethernet(IPv4(4, Ip)) },
        { "IPv6 in IPv4", Ethernet(IPv4(41, IPv6(17, Udp(Message)))) },
        { "IPv4 in IPv6", Ethernet(IPv6(4, Ip), 0x86DD) },
    };

    [Theory]
    [MemberData(nameof(Wanted))]
    public void Nothing_that_may_carry_sip_is_lost(string name, byte[] packet) =>
        Assert.True(Passes(packet), name);

    public static TheoryData<string, byte[]> Unwanted() => new()
    {
        { "RTP", Ethernet(IPv4(17, Udp(new byte[172], 16384, 16386))) },
        { "SSH", Ethernet(IPv4(6, Tcp(1, new byte[60], to: 22))) },
        { "DNS in a VLAN", Ethernet(Vlan(5, IPv4(17, Udp(new byte[60], 33333, 53))), 0x8100) },
        { "ICMP", Ethernet(IPv4(1, new byte[60])) },
        { "ARP", Ethernet(new byte[46], 0x0806) },
        { "a VXLAN port as the sender's", Ethernet(IPv4(17, Udp(new byte[60], 4789, 53))) },
    };

    [Theory]
    [MemberData(nameof(Unwanted))]
    public void The_rest_stays_in_the_kernel(string name, byte[] packet) =>
        Assert.False(Passes(packet), name);

    [Fact]
    public void With_ports_on_auto_everything_passes() =>
        Assert.Equal("", BpfFilter.For(new DecodeOptions { AnyPort = true }, withLink: true));

    [Theory]
    [InlineData(101)]
    [InlineData(228)]
    [InlineData(9)]
    public void Links_without_tags_take_the_shorter_filter(int linkType)
    {
        SkipWithoutLibrary();
        using var handle = LibPcap.OpenDead((LinkType)linkType, 65535);

        Assert.True(LibPcap.Matches(handle, BpfFilter.For(new DecodeOptions(), withLink: false), linkType == 9 ? Join([0xFF, 3, 0, 0x21], Ip) : Ip));
    }

    private static bool Passes(byte[] packet)
    {
        SkipWithoutLibrary();
        using var handle = LibPcap.OpenDead(LinkType.Ethernet, 65535);
        return LibPcap.Matches(handle, BpfFilter.For(new DecodeOptions { HepPorts = PortSet.Of(9060) }, withLink: true), packet);
    }

    private static void SkipWithoutLibrary()
    {
        try
        {
            Assert.NotEmpty(LibPcap.Version);
        }
        catch (LiveCaptureException problem)
        {
            Assert.Skip(problem.Message);
        }
    }
}
