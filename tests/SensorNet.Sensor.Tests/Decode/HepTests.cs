using System.IO.Compression;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Tests.Shared;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Decode;

public sealed class HepTests
{
    private const uint Seconds = 1_700_000_123;
    private static readonly byte[] Message = Request();

    [Theory]
    [InlineData(Client, Server)]
    [InlineData(Client6, Server6)]
    public void Version_3_gives_the_addresses_and_the_time_inside(string from, string to)
    {
        var decoder = new DecoderFixture(new DecodeOptions { HepMaxClockSkew = null });

        var status = decoder.Feed(IPv4(17, Udp(Hep.Version3(Message, Seconds, 456_789, from, to), 5060, 9060), "10.9.9.9"));

        Assert.Equal(DecodeStatus.Delivered, status);
        var received = Assert.Single(decoder.Sink.Datagrams);
        Assert.Equal(Message, received.Payload);
        Assert.Equal((from, (ushort)5070, to, (ushort)5060), (received.Source, received.SourcePort, received.Destination, received.DestinationPort));
        Assert.Equal(1_700_000_123_456_789_000, received.Time);
        Assert.Equal((TunnelKind.Hep, 2001u), (received.Tunnel, received.TunnelId));
        Assert.Equal(TransportKind.Udp, received.Transport);
        Assert.Equal(received.Time, decoder.Sink.Now);
    }

    [Fact]
    public void Version_1_has_no_time_and_takes_that_of_its_arrival()
    {
        var decoder = new DecoderFixture();

        decoder.Feed(IPv4(17, Udp(Hep.Version1(Message), 40000, 9060)));

        var received = Assert.Single(decoder.Sink.Datagrams);
        Assert.Equal((Client, decoder.Time), (received.Source, received.Time));
        Assert.Equal(Message, received.Payload);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Version_2_is_read_in_the_byte_order_of_its_sender(bool littleEndian)
    {
        var decoder = new DecoderFixture(new DecodeOptions { HepMaxClockSkew = null });

        decoder.Feed(IPv4(17, Udp(Hep.Version2(Message, Seconds, littleEndian), 40000, 9060)));

        var received = Assert.Single(decoder.Sink.Datagrams);
        Assert.Equal(1_700_000_123_250_000_000, received.Time);
        Assert.Equal(77u, received.TunnelId);
        Assert.Equal(Message, received.Payload);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Compressed_payloads_are_unpacked(bool gzip)
    {
        using var packed = new MemoryStream();
        using (Stream stream = gzip ? new GZipStream(packed, CompressionLevel.Fastest, true) : new ZLibStream(packed, CompressionLevel.Fastest, true))
        {
            stream.Write(Message);
        }

        var decoder = new DecoderFixture();
        decoder.Feed(IPv4(17, Udp(Hep.Version3(packed.ToArray(), Seconds, payloadType: 16), 40000, 9060)));
        Assert.Equal(DecodeStatus.MalformedHep, decoder.Feed(IPv4(17, Udp(Hep.Version3([9, 9, 9, 9, 9], Seconds, payloadType: 16), 40000, 9060))));

        Assert.Equal(Message, Assert.Single(decoder.Sink.Datagrams).Payload);
    }

    [Fact]
    public void A_clock_that_is_wrong_is_not_believed()
    {
        var decoder = new DecoderFixture(new DecodeOptions { HepMaxClockSkew = TimeSpan.FromMinutes(1) });

        decoder.Feed(IPv4(17, Udp(Hep.Version3(Message, 4_000_000_000), 40000, 9060)));

        Assert.Equal(decoder.Time, Assert.Single(decoder.Sink.Datagrams).Time);
        Assert.Equal(1, decoder.Counters.HepBadTime);
    }

    [Fact]
    public void What_is_not_sip_is_counted()
    {
        var decoder = new DecoderFixture();

        Assert.Equal(DecodeStatus.HepNotSip, decoder.Feed(IPv4(17, Udp(Hep.Version3([1], Seconds, protocolType: 5), 40000, 9060))));
        Assert.Equal(DecodeStatus.MalformedHep, decoder.Feed(IPv4(17, Udp(Bytes("GET / HTTP/1.1"), 40000, 9060))));
        Assert.Equal(DecodeStatus.MalformedHep, decoder.Feed(IPv4(17, Udp(Hep.Version3(Message, Seconds)[..60], 40000, 9060))));
        Assert.Empty(decoder.Sink.Datagrams);
    }

    [Fact]
    public void Any_port_carries_hep_only_when_asked_to()
    {
        var packet = IPv4(17, Udp(Hep.Version3(Message, Seconds), 40000, 9999));

        Assert.Equal(DecodeStatus.NotSelected, new DecoderFixture().Feed(packet));
        Assert.Equal(DecodeStatus.Delivered, new DecoderFixture(new DecodeOptions { HepOnAnyPort = true }).Feed(packet));
    }

    [Fact]
    public void Over_tcp_packets_are_cut_at_their_length_and_found_again_after_a_gap()
    {
        var packets = Enumerable.Range(0, 5).Select(i => Hep.Version3(Request(callId: $"c{i}"), Seconds)).ToArray();
        var stream = Join(packets);
        for (var size = 1; size < 700; size += 37)
        {
            var decoder = new DecoderFixture();
            for (var at = 0; at < stream.Length; at += size)
            {
                decoder.Feed(IPv4(6, Tcp(1 + (uint)at, stream[at..Math.Min(stream.Length, at + size)], to: 9060)));
            }

            Assert.Equal(Enumerable.Range(0, 5).Select(i => Request(callId: $"c{i}")), decoder.Sink.Datagrams.Select(d => d.Payload));
        }

        var gap = new DecoderFixture();
        gap.Feed(IPv4(6, Tcp(1, stream[..100], to: 9060)));
        gap.Feed(IPv4(6, Tcp(201, stream[200..], to: 9060)));
        gap.Wait(TimeSpan.FromSeconds(3));
        Assert.Equal(4, gap.Sink.Datagrams.Count);
    }

    [Fact]
    public void The_same_calls_as_hep_and_as_sip_give_the_same_messages()
    {
        var hep = Decode(Repository.TestData("captures", "hep3.pcap.gz")).Where(d => d.Tunnel == TunnelKind.Hep).ToList();
        var sip = Decode(Repository.TestData("captures", "hep_run_sip.pcap.gz")).Where(d => d.Tunnel != TunnelKind.Hep).Select(d => d.Text).ToHashSet();

        Assert.True(hep.Count > 100);
        Assert.True(hep.Count(d => sip.Contains(d.Text)) > hep.Count * 9 / 10);
    }

    private static List<Received> Decode(string path)
    {
        var sink = new CollectingSink();
        new CapturePipeline(new CaptureOptions { Decode = new DecodeOptions { AnyPort = true } }, sink).RunFiles([path], new ReplayOptions(), CancellationToken.None);
        return sink.Datagrams;
    }
}
