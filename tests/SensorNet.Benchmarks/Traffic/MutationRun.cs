using System.Diagnostics;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;

namespace SensorNet.Benchmarks.Traffic;

/// <summary>
/// Feeds mutated packets of real captures to the decoder with the SIP tracker behind it, for as long as asked: whatever
/// throws, takes unreasonably long or makes memory grow is a finding. The same seed gives the same packets.
/// </summary>
internal sealed class MutationRun(int seed) : IPacketHandler
{
    private const int MaxSeeds = 20_000;
    private const long SlowMilliseconds = 100;

    private readonly Random _random = new(seed);
    private readonly List<(LinkType LinkType, byte[] Data)> _packets = [];
    private byte[] _buffer = new byte[65536];

    public void OnPacket(in CapturedPacket packet)
    {
        if (_packets.Count < MaxSeeds)
        {
            _packets.Add((packet.LinkType, packet.Data.ToArray()));
        }
    }

    public void OnIdle(long time)
    {
    }

    /// <summary>Runs and writes what was found; returns the number of findings.</summary>
    public int Run(IEnumerable<string> paths, TimeSpan duration, TextWriter output)
    {
        foreach (var path in paths)
        {
            using var reader = CaptureFileReader.Open(path);
            reader.Run(this, CancellationToken.None);
        }

        var events = new EncodingEventSink();
        var tracker = new SipTracker(new TrackerOptions(), events, "fuzz");
        var decoder = new PacketDecoder(new DecodeOptions { AnyPort = true, HepOnAnyPort = true, HepMaxClockSkew = null }, tracker);
        var watch = Stopwatch.StartNew();
        var time = 1_767_225_600_000_000_000;
        long count = 0;
        var findings = 0;
        while (watch.Elapsed < duration)
        {
            var (linkType, length) = NextPacket();
            time += _random.Next(2_000_000);
            var started = Stopwatch.GetTimestamp();
            var faults = decoder.Counters[DecodeStatus.Fault];
            decoder.Decode(new CapturedPacket
            {
                Time = time,
                LinkType = linkType,
                Data = _buffer.AsSpan(0, length),
                OriginalLength = _random.Next(8) == 0 ? length + _random.Next(2000) : length,
            });
            count++;
            if (decoder.Counters[DecodeStatus.Fault] != faults)
            {
                findings++;
                output.WriteLine($"packet {count} (link type {(int)linkType}, {Convert.ToHexString(_buffer.AsSpan(0, length))}): {decoder.LastFault}");
            }

            if (Stopwatch.GetElapsedTime(started).TotalMilliseconds > SlowMilliseconds)
            {
                output.WriteLine($"packet {count} took {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
            }

            if (findings > 20)
            {
                break;
            }
        }

        output.WriteLine($"seed {seed}: {count} packets, {decoder.Counters.Datagrams} datagrams, {events.Events} events, {findings} findings, RSS {Environment.WorkingSet >> 20} MiB");
        return findings;
    }

    private (LinkType LinkType, int Length) NextPacket()
    {
        var (linkType, data) = _packets[_random.Next(_packets.Count)];
        if (data.Length + 512 > _buffer.Length)
        {
            _buffer = new byte[data.Length + 512];
        }

        data.CopyTo(_buffer, 0);
        var length = data.Length;
        for (var i = _random.Next(6); i > 0 && length > 0; i--)
        {
            length = MutateOnce(length);
        }

        return (_random.Next(50) == 0 ? (LinkType)_random.Next(300) : linkType, length);
    }

    private int MutateOnce(int length)
    {
        var at = _random.Next(length);
        switch (_random.Next(8))
        {
            case 0:
                _buffer[at] = (byte)_random.Next(256);
                return length;
            case 1:
                _buffer[at] ^= (byte)(1 << _random.Next(8));
                return length;
            case 2:
                _buffer[Math.Min(at, _random.Next(60))] = (byte)(_random.Next(2) * 255);
                return length;
            case 3:
                return at;
            case 4:
                // What separates things in SIP, where it does not belong.
                _buffer[at] = "\r\n\t ;,<>\"@:=\\\0()"u8[_random.Next(16)];
                return length;
            case 5:
                var run = Math.Min(_random.Next(1, 64), length - at);
                _buffer.AsSpan(_random.Next(length - run + 1), run).CopyTo(_buffer.AsSpan(at));
                return length;
            case 6:
                var grow = _random.Next(1, 256);
                _buffer.AsSpan(at, length - at).CopyTo(_buffer.AsSpan(at + grow));
                return Math.Min(length + grow, _buffer.Length - 512);
            default:
                var shrink = Math.Min(_random.Next(1, 64), length - at);
                _buffer.AsSpan(at + shrink, length - at - shrink).CopyTo(_buffer.AsSpan(at));
                return length - shrink;
        }
    }
}
