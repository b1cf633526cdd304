using System.Diagnostics;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Tests.Decode;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Capture;

public sealed class CapturePipelineTests : IDisposable
{
    private const long Start = 1_700_000_000_000_000_000;
    private const long Second = 1_000_000_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("capture").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_are_played_one_after_the_other_and_a_cut_tail_is_reported()
    {
        var first = Write("a.pcap", CaptureFiles.Pcap([(Start, Udp4("one")), (Start + Second, Udp4("two"))]));
        var whole = CaptureFiles.Pcap([(Start + (2 * Second), Udp4("three")), (Start + (3 * Second), Udp4("four"))]);
        var second = Write("b.pcap", whole[..^5]);
        var sink = new CollectingSink();

        var result = new CapturePipeline(new CaptureOptions(), sink).RunFiles([first, second], new ReplayOptions(), CancellationToken.None);

        Assert.Equal(["one", "two", "three"], sink.Texts);
        Assert.Equal((3, Start, Start + (2 * Second)), (result.Packets, result.FirstTime, result.LastTime));
        Assert.Equal(second, Assert.Single(result.Truncations).File);
    }

    [Fact]
    public void Times_are_shifted_by_a_constant_or_to_a_moment()
    {
        var file = Write("a.pcap", CaptureFiles.Pcap([(Start, Udp4("one")), (Start + Second, Udp4("two"))]));

        Assert.Equal([Start + 7, Start + Second + 7], Play(file, new ReplayOptions { ShiftNanoseconds = 7 }).Datagrams.Select(d => d.Time));
        Assert.Equal([5, Second + 5], Play(file, new ReplayOptions { FirstPacketAt = 5 }).Datagrams.Select(d => d.Time));
    }

    [Fact]
    public void Real_time_is_kept_and_the_clock_goes_on_between_packets()
    {
        var file = Write("a.pcap", CaptureFiles.Pcap([(Start, Udp4("one")), (Start + (40 * Second), Udp4("two"))]));
        var sink = new TickingSink();
        var watch = Stopwatch.StartNew();

        new CapturePipeline(new CaptureOptions(), sink).RunFiles([file], new ReplayOptions { Speed = 40 }, CancellationToken.None);

        Assert.InRange(watch.Elapsed.TotalSeconds, 0.99, 60);
        Assert.True(sink.Ticks > 2, $"the clock moved {sink.Ticks} times");
    }

    [Fact]
    public void A_replay_can_be_stopped()
    {
        var file = Write("a.pcap", CaptureFiles.Pcap([(Start, Udp4("one")), (Start + (3600 * Second), Udp4("two"))]));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var watch = Stopwatch.StartNew();

        new CapturePipeline(new CaptureOptions(), new CollectingSink()).RunFiles([file], new ReplayOptions { Speed = 1 }, stop.Token);

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
    }

    [Fact]
    public void What_streams_still_hold_at_the_end_is_handed_on()
    {
        var file = Write("a.pcap", CaptureFiles.Pcap([(Start, IPv4(6, Tcp(1, Request("INVITE", 300)[..350])))]));

        Assert.True(Assert.Single(Play(file, new ReplayOptions()).Datagrams).Truncated);
    }

    [Fact]
    public void A_stream_that_goes_on_in_the_next_file_is_one_stream()
    {
        var message = Request("INVITE", 300);
        var first = Write("a.pcap", CaptureFiles.Pcap([(Start, IPv4(6, Tcp(1, message[..350])))]));
        var second = Write("b.pcap", CaptureFiles.Pcap([(Start + Second, IPv4(6, Tcp(351, message[350..])))]));
        var sink = new CollectingSink();
        var pipeline = new CapturePipeline(new CaptureOptions(), sink);

        pipeline.RunFiles([first], new ReplayOptions { MoreFollows = true }, CancellationToken.None);
        pipeline.RunFiles([second], new ReplayOptions(), CancellationToken.None);

        Assert.Equal(message, Assert.Single(sink.Datagrams).Payload);
    }

    [Fact]
    public void A_link_type_that_is_not_known_is_said_to_be()
    {
        var file = Write("wifi.pcap", CaptureFiles.Pcap([(Start, new byte[60])], linkType: 105));
        var pipeline = new CapturePipeline(new CaptureOptions(), new CollectingSink());
        string? problem = null;
        pipeline.Problem += text => problem = text;

        pipeline.RunFiles([file], new ReplayOptions(), CancellationToken.None);

        Assert.Contains("1 of 1 packets are of a link type that is not known (the last one 105)", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void In_files_sip_is_found_on_any_port_unless_told_otherwise()
    {
        var file = Write("a.pcap", CaptureFiles.Pcap([(Start, IPv4(17, Packets.Udp(Request(), 7001, 7002)))]));

        Assert.Single(Play(file, new ReplayOptions()).Datagrams);
        Assert.Empty(Play(file, new ReplayOptions { AnyPort = false }).Datagrams);
    }

    [Fact]
    public void A_sink_that_fails_is_reported_and_does_not_stop_the_replay()
    {
        var file = Write("a.pcap", CaptureFiles.Pcap([(Start, Udp4("one")), (Start, Udp4("two"))]));
        var pipeline = new CapturePipeline(new CaptureOptions(), new FailingSink());
        string? problem = null;
        pipeline.Problem += text => problem = text;

        var result = pipeline.RunFiles([file], new ReplayOptions(), CancellationToken.None);

        Assert.Equal(2, result.Packets);
        Assert.Equal(2, pipeline.Counters.Snapshot()["decode.fault"]);
        Assert.StartsWith("2 packets could not be handled; the last one failed with InvalidOperationException: planned", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lo,lo")]
    [InlineData("any,lo")]
    public void Interfaces_that_would_be_counted_twice_are_refused(string names) =>
        Assert.NotEmpty(new CaptureOptions { Interfaces = names.Split(',') }.Validate());

    private static byte[] Udp4(string payload) => IPv4(17, Packets.Udp(Bytes(payload)));

    private static CollectingSink Play(string file, ReplayOptions replay)
    {
        var sink = new CollectingSink();
        new CapturePipeline(new CaptureOptions(), sink).RunFiles([file], replay, CancellationToken.None);
        return sink;
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private sealed class TickingSink : IDatagramSink
    {
        public int Ticks { get; private set; }

        public void OnDatagram(in Datagram datagram)
        {
        }

        public void OnTime(long time) => Ticks++;
    }

    private sealed class FailingSink : IDatagramSink
    {
        public void OnDatagram(in Datagram datagram) => throw new InvalidOperationException("planned");

        public void OnTime(long time)
        {
        }
    }
}
