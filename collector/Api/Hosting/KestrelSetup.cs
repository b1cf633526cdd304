using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Security;

namespace SensorNet.Collector.Api.Hosting;

/// <summary>
/// The collector's two doors: a unix socket for this host's operators, known by their accounts, and TLS for everybody
/// else, known by certificate or token. HTTP/2 only.
/// </summary>
internal sealed class KestrelSetup(
    ServerCertificate certificate,
    CertificateAuthority authority,
    CallerResolver callers,
    ConnectionGate gate,
    AccessLimits limits,
    ILogger<KestrelSetup> logger)
{
    private const UnixFileMode SocketMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Sets the server up; call it from <c>ConfigureKestrel</c>.</summary>
    public void Configure(KestrelServerOptions server, EndpointSettings endpoints)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = null;
        server.Limits.MinRequestBodyDataRate = null;
        server.Limits.MinResponseDataRate = null;
        server.Limits.MaxConcurrentConnections = limits.Connections;
        server.Limits.Http2.MaxStreamsPerConnection = limits.StreamsPerConnection;
        server.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        server.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        if (endpoints.UnixSocket is { } path)
        {
            server.ListenUnixSocket(path, ConfigureUnix);
        }

        if (endpoints.Tls is { } address)
        {
            server.Listen(address, ConfigureTls);
        }
    }

    /// <summary>
    /// Makes the socket's folder and clears away a socket that nobody listens on any more: an earlier collector that was
    /// killed leaves one.
    /// </summary>
    /// <exception cref="SocketInUseException">Another process listens on it.</exception>
    /// <exception cref="IOException">Something else has its name.</exception>
    public static void PrepareSocket(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!Path.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException e)
        {
            throw new IOException($"{path} is in the way and no socket that could be replaced: {e.Message}", e);
        }

        throw new SocketInUseException($"another process listens on {path}");
    }

    /// <summary>After the server has started: lets the socket's group connect; who may do what is decided per account.</summary>
    public static void OpenSocket(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, SocketMode);
        }
    }

    private void ConfigureUnix(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.Use(next => connection => gate.UnixAsync(connection, next));
    }

    private void ConfigureTls(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.Use(next => connection => gate.BeforeTlsAsync(connection, next));
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = limits.HandshakeTimeout,
            OnConnection = context => ValueTask.FromResult(Handshake(context.Connection)),
        });
        listen.Use(next => connection => gate.AfterTlsAsync(connection, next));
    }

    // Asked for each connection: a renewed server certificate is used from the next one on. Sessions are not resumed,
    // so that every connection shows its certificate and a revoked one gets nowhere.
    private SslServerAuthenticationOptions Handshake(ConnectionContext connection) => new()
    {
        ServerCertificateContext = certificate.Current,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        ClientCertificateRequired = true,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        AllowRenegotiation = false,
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (_, shown, _, _) => Accept(connection, shown),
    };

    // No certificate is no mistake: enrolment and bearer tokens come without. Any that is shown has to be right.
    private bool Accept(ConnectionContext connection, X509Certificate? shown)
    {
        if (shown is null)
        {
            return true;
        }

        using var client = new X509Certificate2(shown);
        var refusal = authority.Refuse(client) ?? callers.Check(client.SerialNumber).Refusal;
        if (refusal is null)
        {
            return true;
        }

        if (connection.Features.Get<ConnectionSession>() is { } session)
        {
            session.Refusal = $"certificate {client.SerialNumber} ({client.GetNameInfo(X509NameType.SimpleName, false)}): {refusal}";
        }
        else
        {
            logger.LogWarning("Refused certificate {Serial}: {Reason}", client.SerialNumber, refusal);
        }

        return false;
    }
}
