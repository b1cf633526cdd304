using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs;

public sealed class SyslogReceiverTests
{
    private const string Old = "<38>Nov 21 01:36:45 vm sshd[1]: Failed password for a from 192.0.2.1 port 5 ssh2";
    private const string New = "<38>1 2026-11-21T01:36:45Z vm sshd 2 - - Failed password for b from 192.0.2.1 port 6 ssh2";

    [Fact]
    public async Task Udp_takes_both_formats()
    {
        await Run(async (receiver, sink) =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await socket.SendToAsync(Encoding.UTF8.GetBytes(Old + "\n"), receiver.UdpEndPoint!);
            await socket.SendToAsync(Encoding.UTF8.GetBytes(New), receiver.UdpEndPoint!);
            Assert.Equal(["a", "b"], await sink.Users(2));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Tcp_takes_both_framings_on_one_connection_in_any_pieces(int piece)
    {
        var octets = Encoding.UTF8.GetBytes($"{New.Length} {New}{Old}\n{New.Length} {New}\n{Old}\n");
        await Run(async (receiver, sink) =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(receiver.TcpEndPoint!);
            for (var at = 0; at < octets.Length; at += piece)
            {
                await socket.SendAsync(octets.AsMemory(at, Math.Min(piece, octets.Length - at)));
            }

            Assert.Equal(["b", "a", "b", "a"], await sink.Users(4));
        });
    }

    [Fact]
    public async Task Tls_takes_both_framings_and_a_peer_without_it_disturbs_nobody()
    {
        using var folder = new TemporaryCertificate();
        var options = new SyslogOptions { Tcp = new IPEndPoint(IPAddress.Loopback, 0), Certificate = folder.Path };
        await Run(options, async (receiver, sink) =>
        {
            using var plain = new TcpClient();
            await plain.ConnectAsync(receiver.TcpEndPoint!);
            await plain.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Old + "\n"));

            using var client = new TcpClient();
            await client.ConnectAsync(receiver.TcpEndPoint!);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "syslog.test",
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == folder.Hash,
            });
            await tls.WriteAsync(Encoding.UTF8.GetBytes($"{New.Length} {New}{Old}\n"));
            Assert.Equal(["b", "a"], await sink.Users(2));
        });
    }

    [Fact]
    public void Framing_survives_any_octets()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var framing = new SyslogFraming();
            var octets = new byte[random.Next(3000)];
            random.NextBytes(octets);
            framing.Add(octets, (message, _, _) => Assert.True(message.Length <= LineSplitter.MaxLine));
            framing.End((_, _, _) => { });
        }
    }

    [Fact]
    public void Message_with_a_huge_count_is_cut_and_the_next_is_read()
    {
        var framing = new SyslogFraming();
        var got = new List<(int Length, bool Cut)>();
        void OnMessage(ReadOnlySpan<byte> message, long start, bool cut) => got.Add((message.Length, cut));
        framing.Add(Encoding.UTF8.GetBytes("100000 " + new string('x', 100_000) + "5 <1>hi"), OnMessage);
        Assert.Equal([(LineSplitter.MaxLine, true), (5, false)], got);
    }

    private static Task Run(Func<SyslogReceiver, Sink, Task> test) =>
        Run(new SyslogOptions { Udp = new IPEndPoint(IPAddress.Loopback, 0), Tcp = new IPEndPoint(IPAddress.Loopback, 0) }, test);

    private static async Task Run(SyslogOptions options, Func<SyslogReceiver, Sink, Task> test)
    {
        var sink = new Sink();
        using var receiver = new SyslogReceiver(options, new LogOptions { Host = "h" }, sink, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = receiver.RunAsync(stop.Token);
        await test(receiver, sink);
        await stop.CancelAsync();
        await running;
    }

    /// <summary>A certificate with its key in one PEM file, as rsyslog's documentation makes them.</summary>
    private sealed class TemporaryCertificate : IDisposable
    {
        public TemporaryCertificate()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest("CN=syslog.test", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            Hash = certificate.GetCertHashString();
            File.WriteAllText(Path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public string Hash { get; }

        public void Dispose() => File.Delete(Path);
    }

    private sealed class Sink : IEventSink
    {
        private readonly BlockingCollection<Event> _events = [];

        public void Emit(Event e) => _events.Add(e);

        public Task<string[]> Users(int count) => Task.Run(() => Enumerable.Range(0, count)
            .Select(_ => _events.TryTake(out var e, TimeSpan.FromSeconds(20)) ? e.User : "nothing came").ToArray());
    }
}
