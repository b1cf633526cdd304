using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using SensorNet.Sensor.Decode;

namespace SensorNet.Benchmarks.Traffic;

/// <summary>What decoding one packet costs, hot, by the way it is wrapped. Nothing may be allocated.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class PacketDecoderBenchmarks
{
    private const int Payload = 568;
    private readonly CountingSink _sink = new();
    private PacketDecoder _decoder = null!;
    private byte[] _udp = [];
    private byte[] _tcp = [];
    private byte[] _vxlan = [];
    private byte[] _rtp = [];
    private byte[][] _fragments = [];
    private uint _sequence;

    [GlobalSetup]
    public void Setup()
    {
        _decoder = new PacketDecoder(new DecodeOptions(), _sink);
        var message = Message();
        _udp = Frame(17, Udp(message, 5060));
        _rtp = Frame(17, Udp(message, 16384));
        _vxlan = Frame(17, Udp([8, 0, 0, 0, 0, 0, 1, 0, .. _udp], 4789));
        var segment = new byte[20 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), 5060);
        segment[12] = 5 << 4;
        message.CopyTo(segment, 20);
        _tcp = Frame(6, segment);
        var whole = Udp(message, 5060);
        _fragments = [Frame(17, whole[..400], 0x2000), Frame(17, whole[400..], 50)];
    }

    [Benchmark(Baseline = true)]
    public void UdpMessage() => Decode(_udp);

    [Benchmark]
    public void UdpOnAnotherPort() => Decode(_rtp);

    [Benchmark]
    public void TcpMessageInOneSegment()
    {
        BinaryPrimitives.WriteUInt32BigEndian(_tcp.AsSpan(14 + 20 + 4), _sequence);
        _sequence += Payload;
        Decode(_tcp);
    }

    [Benchmark]
    public void VxlanWithUdpMessage() => Decode(_vxlan);

    [Benchmark]
    public void UdpMessageInTwoFragments()
    {
        Decode(_fragments[0]);
        Decode(_fragments[1]);
    }

    private void Decode(byte[] packet) => _decoder.Decode(new CapturedPacket
    {
        Time = 1_767_225_600_000_000_000,
        LinkType = LinkType.Ethernet,
        Data = packet,
        OriginalLength = packet.Length,
    });

    private static byte[] Message()
    {
        var head = "INVITE sip:bob@pbx.example.net SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\nContent-Length: "u8;
        var body = Payload - head.Length - 7;
        return [.. head, .. System.Text.Encoding.ASCII.GetBytes($"{body}\r\n\r\n"), .. new byte[body]];
    }

    private static byte[] Udp(byte[] payload, ushort port)
    {
        var datagram = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        payload.CopyTo(datagram, 8);
        return datagram;
    }

    private static byte[] Frame(byte protocol, byte[] payload, ushort fragment = 0)
    {
        var frame = new byte[34 + payload.Length];
        frame[12] = 8;
        frame[14] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(20 + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(20), fragment);
        frame[23] = protocol;
        payload.CopyTo(frame, 34);
        return frame;
    }
}
