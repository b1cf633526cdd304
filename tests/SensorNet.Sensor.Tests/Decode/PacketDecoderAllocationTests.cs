using SensorNet.Sensor.Decode;
using SensorNet.Tests.Shared;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Decode;

public sealed class PacketDecoderAllocationTests
{
    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("tcp split")]
    [InlineData("tcp out of order")]
    [InlineData("fragments")]
    [InlineData("vxlan")]
    [InlineData("hep")]
    [InlineData("other ports")]
    public void Ten_thousand_packets_allocate_nothing(string kind)
    {
        var message = Request("INVITE", 300);
        var length = (uint)message.Length;
        var packets = kind switch
        {
            "udp" => [Ethernet(IPv4(17, Udp(message)))],
            "tcp" => [Ethernet(IPv4(6, Tcp(0, message)))],
            "tcp split" => [Ethernet(IPv4(6, Tcp(0, message[..300]))), Ethernet(IPv4(6, Tcp(300, message[300..])))],
            "tcp out of order" => [Ethernet(IPv4(6, Tcp(300, message[300..]))), Ethernet(IPv4(6, Tcp(0, message[..300])))],
            "fragments" => FragmentIPv4(17, Udp(message), 208).Select(p => Ethernet(p)).ToArray(),
            "vxlan" => [Ethernet(IPv4(17, Udp(Join([8, 0, 0, 0, 0, 0, 1, 0], Ethernet(IPv4(17, Udp(message)))), 50000, 4789)))],
            "hep" => [Ethernet(IPv4(17, Udp(Hep.Version3(message, 1), 50000, 9060)))],
            _ => new[] { Ethernet(IPv4(17, Udp(message, 20000, 20001))) },
        };
        var sink = new CountingSink();
        var decoder = new PacketDecoder(new DecodeOptions { HepPorts = PortSet.Of(9060) }, sink);
        var isTcp = kind.StartsWith("tcp", StringComparison.Ordinal);
        var sequence = 0u;
        if (isTcp)
        {
            Decode(decoder, Ethernet(IPv4(6, Tcp(uint.MaxValue, [], 2))));
        }

        Run(200);
        var datagrams = sink.Count;

        Assert.Equal(0, Allocations.LeastOf(5, () =>
        {
            datagrams = sink.Count;
            Run(10_000 / packets.Length);
        }));
        Assert.Equal(kind == "other ports" ? 0 : 10_000 / packets.Length, sink.Count - datagrams);

        void Run(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                foreach (var packet in packets)
                {
                    if (isTcp)
                    {
                        SetSequence(packet, sequence);
                    }

                    Decode(decoder, packet);
                    if (isTcp)
                    {
                        SetSequence(packet, 0 - sequence);
                    }
                }

                sequence += length;
            }
        }
    }

    // Adds to the sequence number in place.
    private static void SetSequence(byte[] packet, uint add)
    {
        var field = packet.AsSpan(14 + 20 + 4, 4);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(
            field, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(field) + add);
    }

    private static void Decode(PacketDecoder decoder, byte[] packet) => decoder.Decode(new CapturedPacket
    {
        Time = 1_700_000_000_000_000_000,
        LinkType = LinkType.Ethernet,
        Data = packet,
        OriginalLength = packet.Length,
    });

    private sealed class CountingSink : IDatagramSink
    {
        public int Count { get; private set; }

        public void OnDatagram(in Datagram datagram) => Count++;

        public void OnTime(long time)
        {
        }
    }
}
