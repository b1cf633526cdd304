using Google.Protobuf;
using SensorNet.Collector.Tests.Storage;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Export;

public sealed class PcapWriterTests
{
    [Fact]
    public void A_kept_message_becomes_a_datagram_with_true_checksums()
    {
        var e = Events.AuthFailed(1, "192.0.2.1");
        e.Sip.Messages.Add(new KeptMessage { Time = 1_000_000_002_000_000_003, FromSource = true, Data = ByteString.CopyFromUtf8("OPTIONS sip:a SIP/2.0\r\n\r\n") });
        var file = Write(e, out var writer);
        Assert.Equal((1, 0), (writer.Written, writer.LeftOut));
        Assert.Equal("4D3CB2A1", Convert.ToHexString(file.AsSpan(0, 4)));
        Assert.Equal(101, file[20]);
        var packet = file.AsSpan(40);
        Assert.Equal(20 + 8 + 25, packet.Length);
        Assert.Equal(1_000_000_002u, BitConverter.ToUInt32(file, 24));
        Assert.Equal(3u, BitConverter.ToUInt32(file, 28));
        Assert.Equal("C0000201" + "C6336405", Convert.ToHexString(packet.Slice(12, 8)));
        Assert.Equal(0xFFFF, Sum(packet[..20]));
        Assert.Equal(0xFFFF, Sum([.. packet.Slice(12, 8), 0, 17, 0, (byte)(packet.Length - 20), .. packet[20..]]));
    }

    [Fact]
    public void IPv6_is_written_and_replies_go_the_other_way()
    {
        var e = new Event { SourceIp = Events.Ip("2001:db8::1"), DestinationIp = Events.Ip("2001:db8::2"), SourcePort = 1111, DestinationPort = 5060, EventTime = Events.Day, Sip = new Sip() };
        e.Sip.Messages.Add(new KeptMessage { Data = ByteString.CopyFromUtf8("SIP/2.0 200 OK\r\n\r\n") });
        var packet = Write(e, out _).AsSpan(40);
        Assert.Equal(0x60, packet[0]);
        Assert.Equal(2, packet[23]);
        Assert.Equal(5060, (packet[40] << 8) | packet[41]);
        Assert.Equal(0xFFFF, Sum([.. packet.Slice(8, 32), 0, 17, 0, (byte)(packet.Length - 40), .. packet[40..]]));
    }

    [Fact]
    public void Messages_without_addresses_are_counted_and_over_long_ones_cut()
    {
        var e = new Event { Sip = new Sip() };
        e.Sip.Messages.Add(new KeptMessage { Data = ByteString.CopyFromUtf8("x") });
        Assert.Equal(24, Write(e, out var writer).Length);
        Assert.Equal(1, writer.LeftOut);
        var big = Events.AuthFailed(1);
        big.Sip.Messages.Add(new KeptMessage { Data = ByteString.CopyFrom(new byte[100_000]) });
        Assert.Equal(24 + 16 + 65_535, Write(big, out _).Length);
    }

    private static byte[] Write(Event e, out PcapWriter writer)
    {
        using var output = new MemoryStream();
        writer = new PcapWriter(output);
        writer.Write(e);
        return output.ToArray();
    }

    // Ones' complement sum; all ones when the checksum within is right.
    private static int Sum(ReadOnlySpan<byte> octets)
    {
        var sum = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            sum += i % 2 == 0 ? octets[i] << 8 : octets[i];
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return sum;
    }
}
