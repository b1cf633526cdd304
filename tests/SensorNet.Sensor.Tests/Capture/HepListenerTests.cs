using System.Net;
using System.Net.Sockets;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Tests.Decode;

namespace SensorNet.Sensor.Tests.Capture;

public sealed class HepListenerTests
{
    private static uint Now => (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    [Fact]
    public void Packets_arrive_over_udp_and_tcp_with_the_addresses_and_the_time_inside()
    {
        var seconds = Now;
        var sink = Listen(new HepListenOptions(IPAddress.Loopback, 0), expected: 3, port =>
        {
            using var udp = new UdpClient("127.0.0.1", port);
            udp.Send(Hep.Version3(Packets.Request(callId: "udp"), seconds));
            using var tcp = new TcpClient("127.0.0.1", port);
            var both = Packets.Join(Hep.Version3(Packets.Request(callId: "tcp1"), seconds), Hep.Version3(Packets.Request(callId: "tcp2"), seconds));
            tcp.GetStream().Write(both.AsSpan(0, 200));
            tcp.GetStream().Write(both.AsSpan(200));
        });

        Assert.Equal(["tcp1", "tcp2", "udp"], sink.Texts.Select(t => t.Split("Call-ID: ")[1].Split('\r')[0]).Order());
        Assert.All(sink.Datagrams, d => Assert.Equal((Packets.Client, Packets.Server, TunnelKind.Hep), (d.Source, d.Destination, d.Tunnel)));
        Assert.All(sink.Datagrams, d => Assert.Equal(seconds * 1_000_000_000L, d.Time));
    }

    [Fact]
    public void Listening_on_everything_hears_IPv4_and_its_networks_too()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        var options = new HepListenOptions(IPAddress.IPv6Any, 0) { AllowedSenders = [IPNetwork.Parse("127.0.0.0/8")] };

        Listen(options, expected: 1, port =>
        {
            using var udp = new UdpClient("127.0.0.1", port);
            udp.Send(Hep.Version3(Packets.Request(), Now));
        });
    }

    [Fact]
    public void A_connection_that_does_not_speak_hep_is_closed()
    {
        Listen(new HepListenOptions(IPAddress.Loopback, 0), expected: 0, port =>
        {
            using var tcp = new TcpClient("127.0.0.1", port);
            tcp.GetStream().Write("GET / HTTP/1.1\r\n\r\n"u8);
            Assert.Equal(0, ReadToEnd(tcp));
        });
    }

    [Fact]
    public void Senders_that_are_not_allowed_are_not_heard()
    {
        var options = new HepListenOptions(IPAddress.Loopback, 0) { AllowedSenders = [IPNetwork.Parse("192.0.2.0/24")] };
        var sink = Listen(options, expected: 0, port =>
        {
            using var udp = new UdpClient("127.0.0.1", port);
            udp.Send(Hep.Version3(Packets.Request(), Now));
            using var tcp = new TcpClient("127.0.0.1", port);
            Assert.Equal(0, ReadToEnd(tcp));
        });

        Assert.Empty(sink.Datagrams);
    }

    [Fact]
    public void A_port_in_use_is_said_to_be()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var options = new CaptureOptions { Hep = new HepListenOptions(IPAddress.Loopback, ((IPEndPoint)taken.LocalEndpoint).Port) };

        var problem = Assert.Throws<LiveCaptureException>(
            () => new CapturePipeline(options, new CollectingSink()).RunLive(new CancellationToken(canceled: true)));

        Assert.Equal(LiveCaptureError.AddressInUse, problem.Error);
    }

    // A connection that is reset ends as surely as one that is closed.
    private static int ReadToEnd(TcpClient connection)
    {
        try
        {
            return connection.GetStream().Read(new byte[100]);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static CollectingSink Listen(HepListenOptions options, int expected, Action<int> traffic)
    {
        var sink = new CollectingSink();
        var pipeline = new CapturePipeline(new CaptureOptions { Hep = options }, sink);
        using var stop = new CancellationTokenSource();
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Task.Run(() => pipeline.RunLive(stop.Token, port.SetResult));
        Assert.True(port.Task.Wait(TimeSpan.FromSeconds(20)));

        traffic(port.Task.Result);

        Assert.True(SpinWait.SpinUntil(() => pipeline.Counters.Snapshot()["decode.datagrams"] >= expected, TimeSpan.FromSeconds(10)));
        stop.Cancel();
        Assert.True(running.Wait(TimeSpan.FromSeconds(20)));
        Assert.Equal(expected, sink.Datagrams.Count);
        return sink;
    }
}
