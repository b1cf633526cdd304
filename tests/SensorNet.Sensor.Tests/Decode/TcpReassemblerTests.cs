using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Decode;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Decode;

public sealed class TcpReassemblerTests
{
    private const int Syn = 2;
    private const int Fin = 0x11;
    private const int Rst = 4;
    private const uint First = 0xFFFF_FF00; // so that sequence numbers wrap

    private static readonly byte[][] Messages = [Request("INVITE", 301), Request("ACK"), Request("BYE", 44), Request("OPTIONS", 7)];
    private static readonly byte[] Stream = Join(Messages[0], Bytes("\r\n\r\n"), Messages[1], Messages[2], Bytes("\r\n"), Messages[3]);

    [Fact]
    public void A_stream_split_at_every_octet_gives_the_same_messages()
    {
        for (var at = 1; at < Stream.Length; at++)
        {
            var decoder = new DecoderFixture();
            decoder.Feed(IPv4(6, Tcp(First, [], Syn)));
            decoder.Feed(IPv4(6, Tcp(First + 1, Stream[..at])));
            decoder.Feed(IPv4(6, Tcp(First + 1 + (uint)at, Stream[at..])));

            Assert.Equal(Messages, decoder.Sink.Datagrams.Select(d => d.Payload));
            Assert.All(decoder.Sink.Datagrams, d => Assert.False(d.Truncated || d.AfterGap));
            Assert.Equal(0, decoder.Counters.TcpBytes);
        }
    }

    [Fact]
    public void A_stream_that_comes_octet_by_octet_gives_the_same_messages()
    {
        var decoder = new DecoderFixture();
        for (var i = 0; i < Stream.Length; i++)
        {
            decoder.Feed(IPv4(6, Tcp(First + (uint)i, Stream[i..(i + 1)])));
        }

        Assert.Equal(Messages, decoder.Sink.Datagrams.Select(d => d.Payload));
        Assert.All(decoder.Sink.Datagrams, d => Assert.Equal(TransportKind.Tcp, d.Transport));
    }

    [Fact]
    public void Segments_in_any_order_overlapping_and_repeated_give_the_same_messages() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            var segments = new List<(int Start, int End)>();
            for (var at = 0; at < Stream.Length;)
            {
                var end = Math.Min(Stream.Length, at + random.Next(1, 200));
                segments.Add((Math.Max(0, at - (random.Next(4) == 0 ? random.Next(50) : 0)), end));
                if (random.Next(5) == 0)
                {
                    segments.Add(segments[^1]);
                }

                at = end;
            }

            var shuffled = segments.ToArray();
            random.Shuffle(shuffled);
            var decoder = new DecoderFixture();
            decoder.Feed(IPv4(6, Tcp(First - 1, [], Syn)));
            foreach (var (start, end) in shuffled)
            {
                decoder.Feed(IPv4(6, Tcp(First + (uint)start, Stream[start..end])));
            }

            Assert.Equal(Messages, decoder.Sink.Datagrams.Select(d => d.Payload));
            Assert.Equal(0, decoder.Counters.TcpBytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Both_directions_and_other_connections_are_kept_apart()
    {
        var decoder = new DecoderFixture();
        var half = Messages[0].Length / 2;
        decoder.Feed(IPv4(6, Tcp(1, Messages[0][..half])));
        decoder.Feed(IPv4(6, Tcp(1, Messages[1], from: 5060, to: 40000), Server, Client));
        decoder.Feed(IPv4(6, Tcp(1, Messages[2], from: 40001)));
        decoder.Feed(IPv4(6, Tcp(1 + (uint)half, Messages[0][half..])));

        Assert.Equal([Messages[1], Messages[2], Messages[0]], decoder.Sink.Datagrams.Select(d => d.Payload));
    }

    [Fact]
    public void After_a_lost_segment_the_stream_goes_on_at_the_next_start_line()
    {
        var decoder = new DecoderFixture();
        var lost = 200;
        decoder.Feed(IPv4(6, Tcp(1, Messages[0][..100])));
        decoder.Feed(IPv4(6, Tcp(1 + 100 + (uint)lost, Join(Messages[0][300..], Messages[2]))));
        Assert.Empty(decoder.Sink.Datagrams);

        decoder.Wait(TimeSpan.FromSeconds(3));
        decoder.Feed(IPv4(6, Tcp(1 + 100 + (uint)(lost + Messages[0].Length - 300 + Messages[2].Length), Messages[3])));

        Assert.Equal([Messages[0][..100], Messages[2], Messages[3]], decoder.Sink.Datagrams.Select(d => d.Payload));
        Assert.Equal([true, false, false], decoder.Sink.Datagrams.Select(d => d.Truncated));
        Assert.Equal([false, true, false], decoder.Sink.Datagrams.Select(d => d.AfterGap));
        Assert.Equal((1, lost), (decoder.Counters.TcpGaps, decoder.Counters.TcpGapBytes));
    }

    [Fact]
    public void A_segment_that_fills_a_hole_after_it_was_stepped_over_is_not_lost()
    {
        var decoder = new DecoderFixture();
        var second = 1 + (uint)Messages[0].Length;
        var third = second + (uint)Messages[1].Length;
        decoder.Feed(IPv4(6, Tcp(1, Messages[0])));
        decoder.Feed(IPv4(6, Tcp(third, Messages[2])));
        decoder.Wait(TimeSpan.FromMinutes(5));
        decoder.Feed(IPv4(6, Tcp(second, Messages[1])));
        decoder.Feed(IPv4(6, Tcp(second, Messages[1]))); // and once more, which is a retransmission
        decoder.Feed(IPv4(6, Tcp(third + (uint)Messages[2].Length, Messages[3])));

        Assert.Equal([Messages[0], Messages[2], Messages[1], Messages[3]], decoder.Sink.Datagrams.Select(d => d.Payload));
    }

    [Fact]
    public void A_hole_inside_a_body_loses_only_that_message()
    {
        // The body looks like messages: only its length tells where the next one begins.
        var inner = Join(Messages[1], Messages[1], Messages[1]);
        var carrier = Join(Bytes($"MESSAGE sip:bob@198.51.100.1 SIP/2.0\r\nContent-Length: {inner.Length}\r\n\r\n"), inner);
        var decoder = new DecoderFixture();

        decoder.Feed(IPv4(6, Tcp(1, carrier[..200])));
        decoder.Feed(IPv4(6, Tcp(1 + 300, Join(carrier[300..], Messages[2]))));
        decoder.Wait(TimeSpan.FromSeconds(3));

        Assert.Equal([carrier[..200], Messages[2]], decoder.Sink.Datagrams.Select(d => d.Payload));
    }

    [Fact]
    public void A_capture_that_starts_in_the_middle_finds_the_first_whole_message()
    {
        var decoder = new DecoderFixture();

        decoder.Feed(IPv4(6, Tcp(77, Join(Messages[0][150..], Messages[1]))));

        Assert.Equal(Messages[1], Assert.Single(decoder.Sink.Datagrams).Payload);
    }

    [Fact]
    public void What_a_probe_sends_at_the_start_of_a_connection_is_handed_on_once()
    {
        var decoder = new DecoderFixture();
        decoder.Feed(IPv4(6, Tcp(1, [], Syn)));
        decoder.Feed(IPv4(6, Tcp(2, Bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))));
        decoder.Feed(IPv4(6, Tcp(29, Bytes("GET /again HTTP/1.1\r\nHost: x\r\n\r\n"))));
        decoder.Feed(IPv4(6, Tcp(1, [], Syn, from: 40001)));
        decoder.Feed(IPv4(6, Tcp(2, Bytes("EHLO"), from: 40001)));
        decoder.Feed(IPv4(6, Tcp(6, [], Fin, from: 40001)));

        Assert.Equal(["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "EHLO"], decoder.Sink.Texts);
    }

    [Fact]
    public void A_closed_connection_hands_on_what_it_still_held()
    {
        foreach (var flags in new[] { Fin, Rst })
        {
            var decoder = new DecoderFixture();
            decoder.Feed(IPv4(6, Tcp(1, Messages[0][..400])));
            decoder.Feed(IPv4(6, Tcp(401, [], flags)));

            var received = Assert.Single(decoder.Sink.Datagrams);
            Assert.Equal(Messages[0][..400], received.Payload);
            Assert.True(received.Truncated);
            Assert.Equal(0, decoder.Counters.TcpStreamsOpen);
        }
    }

    [Fact]
    public void Ports_used_again_start_afresh()
    {
        var decoder = new DecoderFixture();
        decoder.Feed(IPv4(6, Tcp(1, Messages[0][..400])));
        decoder.Feed(IPv4(6, Tcp(5_000, [], Syn)));
        decoder.Feed(IPv4(6, Tcp(5_001, Messages[1])));
        decoder.Feed(IPv4(6, Tcp(2_000_000_000, Messages[2])));

        Assert.Equal([Messages[0][..400], Messages[1], Messages[2]], decoder.Sink.Datagrams.Select(d => d.Payload));
    }

    [Theory]
    [InlineData("Content-Length: -5", 0)]
    [InlineData("Content-Length: 99999999999999999999", 0)]
    [InlineData("Content-Length: abc", 0)]
    [InlineData("content-LENGTH \t: 12", 12)]
    [InlineData("L:12", 12)]
    [InlineData("l :  12 ", 12)]
    [InlineData("X-Content-Length: 12", 0)]
    [InlineData("Language: 12", 0)]
    public void The_length_of_the_body_is_read_as_lenient_as_senders_are(string field, int expected) =>
        Assert.Equal(expected, TcpReassembler.ContentLength(Bytes($"OPTIONS sip:a SIP/2.0\r\nTo: x\r\n{field}\r\n\r\n")));

    [Fact]
    public void A_message_beyond_the_limit_is_cut_and_the_next_one_found()
    {
        var decoder = new DecoderFixture(new DecodeOptions { MaxMessageBytes = 4096 });
        var stream = Join(Request("MESSAGE", 9000), Messages[1]);
        for (var i = 0; i < stream.Length; i += 1400)
        {
            decoder.Feed(IPv4(6, Tcp(1 + (uint)i, stream[i..Math.Min(stream.Length, i + 1400)])));
        }

        Assert.Equal([4096, Messages[1].Length], decoder.Sink.Datagrams.Select(d => d.Payload.Length));
        Assert.Equal([true, false], decoder.Sink.Datagrams.Select(d => d.Truncated));
        Assert.Equal(1, decoder.Counters.TcpOversizeMessages);
    }

    [Fact]
    public void A_header_without_end_is_cut()
    {
        var decoder = new DecoderFixture(new DecodeOptions { MaxMessageBytes = 4096 });
        var stream = Bytes("OPTIONS sip:a SIP/2.0\r\n" + string.Concat(Enumerable.Repeat("X-Filler: yes\r\n", 400)));
        for (var i = 0; i < stream.Length; i += 1000)
        {
            decoder.Feed(IPv4(6, Tcp(1 + (uint)i, stream[i..Math.Min(stream.Length, i + 1000)])));
        }

        var received = Assert.Single(decoder.Sink.Datagrams);
        Assert.Equal((4096, true), (received.Payload.Length, received.Truncated));
        Assert.InRange(decoder.Counters.TcpBytes, 0, 8192);
    }

    [Fact]
    public void A_message_that_stalls_is_handed_on_as_it_is()
    {
        var decoder = new DecoderFixture();
        decoder.Feed(IPv4(6, Tcp(1, Messages[0][..500])));

        decoder.Wait(TimeSpan.FromSeconds(33));

        Assert.True(Assert.Single(decoder.Sink.Datagrams).Truncated);
        Assert.Equal(0, decoder.Counters.TcpBytes);
    }

    [Fact]
    public void Floods_stay_within_bounds()
    {
        var decoder = new DecoderFixture(new DecodeOptions { MaxTcpStreams = 64, MaxTcpBytes = 1 << 20, MaxTcpStreamBytes = 65536 });

        // Half a message on very many connections, then very many segments behind a hole on one.
        for (var i = 0; i < 3000; i++)
        {
            decoder.Feed(IPv4(6, Tcp(1, Messages[0][..400], from: 1024 + i)));
            Assert.InRange(decoder.Counters.TcpStreamsOpen, 0, 64);
            Assert.InRange(decoder.Counters.TcpBytes, 0, 1 << 20);
        }

        for (var i = 0; i < 3000; i++)
        {
            decoder.Feed(IPv4(6, Tcp(1000 + (uint)(i * 1000), new byte[900], from: 1024 + 2999)));
            Assert.InRange(decoder.Counters.TcpBytes, 0, 1 << 20);
        }

        Assert.True(decoder.Counters.TcpEvictions >= 3000 - 64);
        decoder.Decoder.Finish();
        Assert.Equal((0, 0), (decoder.Counters.TcpStreamsOpen, decoder.Counters.TcpBytes));
    }

    [Fact]
    public void A_flood_of_SYNs_does_not_push_out_connections_in_use()
    {
        var decoder = new DecoderFixture(new DecodeOptions { MaxTcpStreams = 64 });
        decoder.Feed(IPv4(6, Tcp(1, Messages[0][..400])));
        for (var i = 0; i < 3000; i++)
        {
            decoder.Feed(IPv4(6, Tcp(1, [], Syn, from: 1024 + i, to: 5061)));
        }

        decoder.Feed(IPv4(6, Tcp(401, Messages[0][400..])));

        Assert.Equal(Messages[0], Assert.Single(decoder.Sink.Datagrams).Payload);
    }

    [Fact]
    public void Tls_is_counted_and_on_a_plain_port_reported_as_a_probe()
    {
        var hello = Join([0x16, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3], new byte[50]);
        var decoder = new DecoderFixture();
        decoder.Feed(IPv4(6, Tcp(1, [], Syn, to: 5061)));
        Assert.Equal(DecodeStatus.UndecodableTls, decoder.Feed(IPv4(6, Tcp(2, hello, to: 5061))));
        Assert.Equal(DecodeStatus.UndecodableTls, decoder.Feed(IPv4(6, Tcp(2 + (uint)hello.Length, [0x17, 3, 3, 0, 1, 9], to: 5061))));
        Assert.Equal(DecodeStatus.UndecodableTls, decoder.Feed(IPv4(6, Tcp(2, [0x17, 3, 3, 0, 1, 9], from: 40009, to: 5061))));
        Assert.Empty(decoder.Sink.Datagrams);

        decoder.Feed(IPv4(6, Tcp(1, [], Syn)));
        decoder.Feed(IPv4(6, Tcp(2, hello)));
        Assert.Equal(hello, Assert.Single(decoder.Sink.Datagrams).Payload);
    }

    [Fact]
    public void Sip_is_found_on_any_port_when_ports_are_auto()
    {
        var decoder = new DecoderFixture(new DecodeOptions { AnyPort = true });

        decoder.Feed(IPv4(6, Tcp(1, Messages[0][..400], to: 7777)));
        decoder.Feed(IPv4(6, Tcp(401, Messages[0][400..], to: 7777)));
        Assert.Equal(DecodeStatus.NotSelected, decoder.Feed(IPv4(6, Tcp(1, new byte[400], to: 7778))));

        Assert.Equal(Messages[0], Assert.Single(decoder.Sink.Datagrams).Payload);
        Assert.Equal(1, decoder.Counters.TcpStreamsOpen);
    }

    [Fact]
    public void A_segment_cut_by_the_snap_length_loses_only_what_was_cut()
    {
        var decoder = new DecoderFixture();
        var packet = IPv4(6, Tcp(1, Join(Messages[1], Messages[0])));
        var cut = 40 + Messages[1].Length + 90;

        decoder.Feed(packet[..cut], originalLength: packet.Length);
        decoder.Feed(IPv4(6, Tcp(1 + (uint)(Messages[1].Length + Messages[0].Length), Messages[2])));

        Assert.Equal([Messages[1], Messages[0][..90], Messages[2]], decoder.Sink.Datagrams.Select(d => d.Payload));
        Assert.Equal([false, true, false], decoder.Sink.Datagrams.Select(d => d.Truncated));
    }
}
