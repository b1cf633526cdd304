using SensorNet.Sensor.Decode;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Decode;

public sealed class WebSocketTests
{
    private const int Port = 8088;

    private static readonly byte[] Upgrade = Bytes(
        "GET /ws HTTP/1.1\r\nHost: pbx\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n\r\n");

    private static readonly byte[] Accept = Bytes(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n");

    private static readonly byte[] Message = Request("INVITE", 400);

    [Fact]
    public void Messages_are_found_behind_the_upgrade_however_the_stream_is_split()
    {
        var stream = Join(
            Upgrade,
            Frame(Bytes("\r\n\r\n"), masked: true),
            Frame(Message, masked: true),
            Frame([], opcode: 9),
            Frame(Message[..100], masked: true, final: false),
            Frame(Bytes("ping"), opcode: 9, masked: true),
            Frame(Message[100..], masked: true, opcode: 0),
            Frame(Request(), masked: true, opcode: 2));
        for (var size = 1; size <= stream.Length; size += 13)
        {
            var decoder = new DecoderFixture();
            for (var at = 0; at < stream.Length; at += size)
            {
                decoder.Feed(IPv4(6, Tcp(1 + (uint)at, stream[at..Math.Min(stream.Length, at + size)], to: Port)));
                if (at == 0 && size < Upgrade.Length)
                {
                    // Half a request line is not worth remembering on a web port: the connection's start has to be seen.
                    break;
                }
            }

            if (size >= Upgrade.Length)
            {
                Assert.Equal([Message, Message, Request()], decoder.Sink.Datagrams.Select(d => d.Payload));
                Assert.All(decoder.Sink.Datagrams, d => Assert.Equal(TransportKind.Ws, d.Transport));
                Assert.Equal(0, decoder.Counters.TcpBytes);
            }
        }
    }

    [Fact]
    public void A_connection_whose_start_was_seen_may_be_split_anywhere()
    {
        var stream = Join(Upgrade, Frame(Message, masked: true), Frame(Request(), masked: true));
        for (var size = 1; size <= 200; size += 7)
        {
            var decoder = new DecoderFixture();
            decoder.Feed(IPv4(6, Tcp(0, [], 2, to: Port)));
            for (var at = 0; at < stream.Length; at += size)
            {
                decoder.Feed(IPv4(6, Tcp(1 + (uint)at, stream[at..Math.Min(stream.Length, at + size)], to: Port)));
            }

            Assert.Equal([Message, Request()], decoder.Sink.Datagrams.Select(d => d.Payload));
        }
    }

    [Fact]
    public void The_server_does_not_mask()
    {
        var decoder = new DecoderFixture();
        decoder.Feed(IPv4(6, Tcp(1, Join(Accept, Frame(Message)), from: Port, to: 40000)));

        Assert.Equal(Message, Assert.Single(decoder.Sink.Datagrams).Payload);
    }

    [Fact]
    public void A_capture_that_starts_in_the_middle_finds_frames_of_sip()
    {
        var decoder = new DecoderFixture();
        Assert.Equal(DecodeStatus.NotSelected, decoder.Feed(IPv4(6, Tcp(1, Bytes("GET /index.html HTTP/1.1\r\n\r\n"), to: Port))));
        Assert.Equal(DecodeStatus.Delivered, decoder.Feed(IPv4(6, Tcp(500, Frame(Message, masked: true), to: Port))));

        Assert.Equal(Message, Assert.Single(decoder.Sink.Datagrams).Payload);
    }

    [Fact]
    public void After_a_gap_the_stream_goes_on_at_the_next_segment_that_begins_with_a_frame()
    {
        var frame = Frame(Message, masked: true);
        var decoder = new DecoderFixture();
        var at = 1u;
        Send(Upgrade);
        Send(frame);
        Send(frame[..100]);
        at += 200;
        Send(frame[300..]);
        decoder.Wait(TimeSpan.FromSeconds(3));
        Send(Frame(Request(), masked: true));
        Send(frame);

        Assert.Equal([Message, Request(), Message], decoder.Sink.Datagrams.Select(d => d.Payload));
        Assert.Equal([false, true, false], decoder.Sink.Datagrams.Select(d => d.AfterGap));

        void Send(byte[] segment)
        {
            decoder.Feed(IPv4(6, Tcp(at, segment, to: Port)));
            at += (uint)segment.Length;
        }
    }

    [Fact]
    public void Other_uses_of_web_sockets_are_left_alone()
    {
        var decoder = new DecoderFixture();
        decoder.Feed(IPv4(6, Tcp(1, Join(Upgrade, Frame(Bytes("{\"chat\":\"hello\"}"), masked: true)), to: Port)));

        Assert.Empty(decoder.Sink.Datagrams);
    }

    [Fact]
    public void A_frame_longer_than_any_message_is_stepped_over()
    {
        var decoder = new DecoderFixture(new DecodeOptions { MaxMessageBytes = 2048 });
        var stream = Join(Upgrade, Frame(new byte[5000], masked: true), Frame(Request(), masked: true));
        for (var at = 0; at < stream.Length; at += 1000)
        {
            decoder.Feed(IPv4(6, Tcp(1 + (uint)at, stream[at..Math.Min(stream.Length, at + 1000)], to: Port)));
        }

        Assert.Equal(Request(), Assert.Single(decoder.Sink.Datagrams).Payload);
        Assert.Equal(1, decoder.Counters.TcpOversizeMessages);
    }

    private static byte[] Frame(byte[] payload, bool masked = false, int opcode = 1, bool final = true)
    {
        byte[] mask = [0x37, 0xFA, 0x21, 0x3D];
        var flag = masked ? 0x80 : 0;
        var length = payload.Length < 126
            ? [(byte)(flag | payload.Length)]
            : payload.Length < 65536 ? Join([(byte)(flag | 126)], Big16(payload.Length)) : throw new ArgumentException("too long");
        var body = masked ? [.. payload.Select((octet, i) => (byte)(octet ^ mask[i & 3]))] : payload;
        return Join([(byte)((final ? 0x80 : 0) | opcode)], length, masked ? mask : [], body);
    }
}
