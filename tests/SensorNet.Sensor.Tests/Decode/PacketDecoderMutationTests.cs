using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Decode;
using SensorNet.Tests.Shared;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Decode;

public sealed class PacketDecoderMutationTests
{
    private static readonly LinkType[] LinkTypes = Enum.GetValues<LinkType>();

    private static readonly DecodeOptions Everything = new()
    {
        AnyPort = true,
        HepOnAnyPort = true,
        HepMaxClockSkew = null,
        MaxTcpStreams = 64,
        MaxTcpBytes = 1 << 20,
        MaxFragmentedDatagrams = 64,
        MaxFragmentBytes = 1 << 20,
        MaxMessageBytes = 4096,
    };

    private static readonly byte[][] Seeds = MakeSeeds();

    [Fact]
    public void Whatever_the_octets_are_nothing_throws_and_nothing_grows() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            // One decoder for many packets: what one packet leaves behind is part of the next one's world.
            var random = new System.Random(seed);
            var decoder = new DecoderFixture(Everything);
            for (var i = 0; i < 200; i++)
            {
                decoder.Feed(Mutate(random), random.Next(3) == 0 ? LinkTypes[random.Next(LinkTypes.Length)] : LinkType.Ethernet, random.Next(70_000));
                Assert.InRange(decoder.Counters.TcpBytes, 0, Everything.MaxTcpBytes);
                Assert.InRange(decoder.Counters.TcpStreamsOpen, 0, Everything.MaxTcpStreams);
                Assert.InRange(decoder.Counters.FragmentBytes, 0, Everything.MaxFragmentBytes + 65536);
                if (random.Next(50) == 0)
                {
                    decoder.Wait(TimeSpan.FromSeconds(random.Next(40)));
                }
            }

            decoder.Decoder.Finish();
            Assert.Null(decoder.Decoder.LastFault);
            Assert.Equal(0, decoder.Counters[DecodeStatus.Fault]);
            Assert.Equal((0, 0), (decoder.Counters.TcpBytes, decoder.Counters.TcpStreamsOpen));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void The_corpus_of_hostile_packets_does_no_harm()
    {
        var files = Directory.GetFiles(Repository.TestData("fuzz", "packets"), "*.bin");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var packet = File.ReadAllBytes(file);
            foreach (var linkType in LinkTypes)
            {
                var decoder = new DecoderFixture(Everything);
                decoder.Feed(packet, linkType);
                decoder.Feed(packet, linkType, packet.Length + 100);
                decoder.Decoder.Finish();
                Assert.Null(decoder.Decoder.LastFault);
            }
        }
    }

    private static byte[] Mutate(System.Random random)
    {
        var packet = (byte[])Seeds[random.Next(Seeds.Length)].Clone();
        for (var i = random.Next(6); i > 0; i--)
        {
            // Mostly in the headers, where it hurts; small and extreme values more often than others.
            var at = random.Next(4) == 0 ? random.Next(packet.Length) : random.Next(Math.Min(packet.Length, 80));
            packet[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(packet[at] ^ (1 << random.Next(8))),
                _ => random.Next(2) == 0 ? (byte)0 : (byte)0xFF,
            };
        }

        return random.Next(4) == 0 ? packet[..random.Next(packet.Length)] : packet;
    }

    private static byte[][] MakeSeeds()
    {
        var message = Request("INVITE", 301);
        var ip = IPv4(17, Udp(message));
        var websocket = Join(
            Bytes("GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"), [0x81, 126], Big16(message.Length), message, [0x89, 0], [0x01, 3, 1, 2, 3], [0x80, 1, 2]);
        return
        [
            Ethernet(ip),
            Ethernet(Vlan(1, Vlan(2, ip), 0x8100), 0x88A8),
            Ethernet(Join([0, 1, 1, 64], ip), 0x8847),
            Ethernet(Join([0x11, 0, 0, 1, 2, 88, 0, 0x21], ip), 0x8864),
            Ethernet(IPv6(0, Join([43, 0, 1, 4, 0, 0, 0, 0], [17, 0, 0, 0, 0, 0, 0, 0], Udp(message))), 0x86DD),
            .. FragmentIPv4(17, Udp(message), 200).Select(p => Ethernet(p)),
            .. FragmentIPv6(17, Udp(message), 160).Select(p => Ethernet(p, 0x86DD)),
            Ethernet(IPv4(6, Tcp(100, [], 2))),
            Ethernet(IPv4(6, Tcp(101, message))),
            Ethernet(IPv4(6, Tcp(101, message[..100]))),
            Ethernet(IPv4(6, Tcp(201, message[100..]))),
            Ethernet(IPv4(6, Tcp(301, message[200..]))),
            Ethernet(IPv4(6, Tcp(101 + (uint)message.Length, [], 0x11))),
            Ethernet(IPv4(6, Tcp(1, websocket, to: 8088))),
            Ethernet(IPv4(6, Tcp(1, [0x16, 3, 1, 0, 9, 1, 0, 0, 5, 3, 3, 0, 0, 0], to: 5061))),
            Ethernet(IPv4(6, Tcp(1, Join(Hep.Version3(message, 5), Hep.Version3(message, 6)), to: 9060))),
            Ethernet(IPv4(17, Udp(Hep.Version3(message, 7), 1, 9060))),
            Ethernet(IPv4(17, Udp(Hep.Version2(message, 7, true), 1, 9060))),
            Ethernet(IPv4(17, Udp(Hep.Version3([0x78, 0x9C, 1, 2, 3, 4], 7, payloadType: 16), 1, 9060))),
            Ethernet(IPv4(17, Udp(Join([8, 0, 0, 0, 0, 0, 1, 0], Ethernet(ip)), 1, 4789))),
            Ethernet(IPv4(47, Join([0xF0, 0, 8, 0], new byte[16], ip))),
            Ethernet(IPv4(47, Join([0x10, 0, 0x88, 0xBE], new byte[12], Ethernet(ip)))),
            Ethernet(IPv4(47, Join([0x10, 0, 0x22, 0xEB], new byte[16], Ethernet(ip)))),
            Ethernet(IPv4(4, IPv4(41, IPv6(17, Udp(message))))),
            Ethernet(IPv4(17, Udp(Join([0x34, 255, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 9, 0], ip), 2152, 2152))),
        ];
    }
}
