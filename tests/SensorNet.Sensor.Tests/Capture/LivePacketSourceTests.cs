using System.Net;
using System.Net.Sockets;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Tests.Decode;

namespace SensorNet.Sensor.Tests.Capture;

/// <summary>Captures on the loopback interface; needs libpcap and the right to capture, and is skipped without them.</summary>
public sealed class LivePacketSourceTests
{
    private static readonly IPAddress Target = IPAddress.Parse("127.0.0.1");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_packet_on_loopback_is_seen_once_and_the_tail_is_not_lost(int threads)
    {
        const int Count = 5000;
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(Target, 0));
        var port = (ushort)((IPEndPoint)receiver.LocalEndPoint!).Port;
        var sink = new CollectingSink();
        var pipeline = new CapturePipeline(Options(port) with { ThreadsPerInterface = threads }, sink);

        Run(pipeline, () =>
        {
            using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            for (var i = 0; i < Count; i++)
            {
                sender.SendTo(Packets.Bytes($"OPTIONS sip:{i}@x SIP/2.0\r\n\r\n"), new IPEndPoint(Target, port));
            }
        });

        Assert.Equal(Count, sink.Datagrams.Count);
        Assert.Equal(Count, sink.Texts.Distinct().Count());
        Assert.Equal(0, pipeline.Counters.KernelDropped);

        // Each packet counts once, though loopback shows it twice; what others send over it meanwhile may pass the filter.
        Assert.InRange(pipeline.Counters.Snapshot()["capture.received"], Count, (2 * Count) - 1);
        Assert.All(sink.Datagrams, d => Assert.Equal(port, d.DestinationPort));
    }

    [Fact]
    public void The_clock_goes_on_while_the_link_is_silent()
    {
        var sink = new CollectingSink();
        using var stop = new CancellationTokenSource();
        var before = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;

        Run(new CapturePipeline(Options(1), sink), () => SpinWait.SpinUntil(() => sink.Now > before, TimeSpan.FromSeconds(5)));

        Assert.True(sink.Now > before);
    }

    [Fact]
    public void An_interface_that_does_not_exist_is_named_with_those_that_do()
    {
        var problem = Assert.Throws<LiveCaptureException>(
            () => RunOrSkip(new CapturePipeline(new CaptureOptions { Interfaces = ["nosuch0"] }, new CollectingSink())));

        Assert.Equal(LiveCaptureError.NoSuchInterface, problem.Error);
        Assert.StartsWith("nosuch0: there is no such interface. There are: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("lo", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_no_network_is_refused()
    {
        var problem = Assert.Throws<LiveCaptureException>(
            () => RunOrSkip(new CapturePipeline(new CaptureOptions { Interfaces = ["nflog"] }, new CollectingSink())));

        Assert.StartsWith("nflog: ", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(CapturePipeline.Interfaces(), i => i.Name == "nflog");
    }

    [Fact]
    public void A_wrong_filter_is_refused()
    {
        var problem = Assert.Throws<LiveCaptureException>(
            () => RunOrSkip(new CapturePipeline(Options(1) with { Filter = "port sip and" }, new CollectingSink())));

        Assert.Equal(LiveCaptureError.BadFilter, problem.Error);
    }

    [Fact]
    public void Interfaces_are_listed_with_their_addresses()
    {
        try
        {
            var loopback = Assert.Single(CapturePipeline.Interfaces(), i => i.Name == "lo");
            Assert.True(loopback.IsLoopback);
            Assert.Contains("127.0.0.1", loopback.Addresses);
        }
        catch (LiveCaptureException problem)
        {
            Assert.Skip(problem.Message);
        }
    }

    private static CaptureOptions Options(ushort port) => new()
    {
        Interfaces = ["lo"],
        Decode = new DecodeOptions
        {
            SipPorts = PortSet.Of(port),
            TlsPorts = PortSet.Empty,
            WebSocketPorts = PortSet.Empty,
            HepPorts = PortSet.Empty,
        },
    };

    // Captures while the traffic runs, and until everything captured was handed over.
    private static void Run(CapturePipeline pipeline, Action traffic)
    {
        using var stop = new CancellationTokenSource();
        using var started = new ManualResetEventSlim();
        Exception? failure = null;
        var capture = new Thread(() =>
        {
            try
            {
                pipeline.RunLive(stop.Token, _ => started.Set());
            }
            catch (Exception e)
            {
                failure = e;
                started.Set();
            }
        });
        capture.Start();
        Assert.True(started.Wait(TimeSpan.FromSeconds(20)));
        if (failure is null)
        {
            traffic();
        }

        stop.Cancel();
        Assert.True(capture.Join(TimeSpan.FromSeconds(20)));
        SkipWithoutRight(failure);
        Assert.Null(failure);
    }

    private static void RunOrSkip(CapturePipeline pipeline)
    {
        try
        {
            pipeline.RunLive(new CancellationToken(canceled: true));
        }
        catch (LiveCaptureException problem)
        {
            SkipWithoutRight(problem);
            throw;
        }
    }

    private static void SkipWithoutRight(Exception? failure)
    {
        if (failure is LiveCaptureException { Error: LiveCaptureError.LibraryMissing or LiveCaptureError.NoPermission } problem)
        {
            Assert.Skip(problem.Message);
        }
    }
}
