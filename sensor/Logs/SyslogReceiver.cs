using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SensorNet.Sensor.Events;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Takes syslog messages of RFC 3164 and RFC 5424 by UDP and TCP, with TLS when there is a certificate. What was taken cannot
/// be asked for again, so its events go out without marks.
/// </summary>
internal sealed class SyslogReceiver : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly SyslogOptions _options;
    private readonly LogOptions _logs;
    private readonly IEventSink _sink;
    private readonly TimeProvider _clock;
    private readonly Socket? _udp;
    private readonly Socket? _tcp;
    private readonly X509Certificate2? _certificate;
    private long _refused;
    private int _connections;

    /// <summary>Opens the sockets.</summary>
    /// <exception cref="SocketException">An address is in use or may not be used.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The certificate file holds no certificate with key.</exception>
    public SyslogReceiver(SyslogOptions options, LogOptions logs, IEventSink sink, TimeProvider clock)
    {
        _options = options;
        _logs = logs;
        _sink = sink;
        _clock = clock;
        _certificate = options.Certificate is { } file ? X509Certificate2.CreateFromPemFile(file) : null;
        if (options.Udp is { } udp)
        {
            _udp = new Socket(udp.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
            _udp.Bind(udp);
        }

        if (options.Tcp is { } tcp)
        {
            _tcp = new Socket(tcp.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _tcp.Bind(tcp);
            _tcp.Listen(64);
        }
    }

    public IPEndPoint? UdpEndPoint => (IPEndPoint?)_udp?.LocalEndPoint;

    public IPEndPoint? TcpEndPoint => (IPEndPoint?)_tcp?.LocalEndPoint;

    /// <summary>Connections closed because there were too many.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(
        _udp is null ? Task.CompletedTask : ReceiveAsync(_udp, cancel),
        _tcp is null ? Task.CompletedTask : AcceptAsync(_tcp, cancel));

    public void Dispose()
    {
        _udp?.Dispose();
        _tcp?.Dispose();
        _certificate?.Dispose();
    }

    private async Task ReceiveAsync(Socket socket, CancellationToken cancel)
    {
        var pipeline = NewPipeline("syslog:udp");
        var buffer = new byte[BufferSize];
        EndPoint any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, cancel);
                pipeline.Line(buffer.AsSpan(0, received.ReceivedBytes).TrimEnd("\r\n\0"u8));
                pipeline.Idle();
            }
            catch (SocketException)
            {
                // An ICMP error of an earlier datagram; the socket goes on.
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        pipeline.End();
    }

    private async Task AcceptAsync(Socket listener, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var peer = await listener.AcceptAsync(cancel);
                if (Interlocked.Increment(ref _connections) > _options.MaxConnections)
                {
                    Interlocked.Decrement(ref _connections);
                    Interlocked.Increment(ref _refused);
                    peer.Dispose();
                    continue;
                }

                _ = ServeAsync(peer, cancel);
            }
            catch (SocketException)
            {
                // The peer went away before it was accepted.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket peer, CancellationToken cancel)
    {
        var pipeline = NewPipeline($"syslog:{(peer.RemoteEndPoint as IPEndPoint)?.Address}");
        var framing = new SyslogFraming();
        void OnMessage(ReadOnlySpan<byte> message, long start, bool cut) => pipeline.Line(message, start, cut);
        LineSplitter.LineHandler handler = OnMessage;
        try
        {
            await using var stream = await OpenAsync(peer, cancel);
            var buffer = new byte[BufferSize];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
            {
                framing.Add(buffer.AsSpan(0, read), handler);
                pipeline.Idle();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException)
        {
            // The peer is gone, or spoke no TLS: what it said whole was taken.
        }
        finally
        {
            framing.End(handler);
            pipeline.End();
            peer.Dispose();
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task<Stream> OpenAsync(Socket peer, CancellationToken cancel)
    {
        var plain = new NetworkStream(peer, ownsSocket: true);
        if (_certificate is null)
        {
            return plain;
        }

        var tls = new SslStream(plain);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, cancel);
        return tls;
    }

    private LogPipeline NewPipeline(string origin) => new(
        new LogPipelineOptions { Host = _logs.Host, Origin = origin, Zone = _logs.Zone, EmitRaw = _logs.EmitRaw, RawPerSecond = _logs.RawPerSecond, Parsers = _logs.Parsers },
        new SinkOutput(_sink),
        _clock);
}
