using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using Grpc.Net.Client;

namespace SensorNet.Rpc;

/// <summary>
/// Opens channels to the addresses that configurations name: <c>unix:/path/to/socket</c>, <c>http://host:port</c> and
/// <c>https://host:port</c>.
/// </summary>
public static class RpcChannel
{
    private const string UnixScheme = "unix:";

    /// <param name="address">Where to connect to.</param>
    /// <param name="options">Limits and credentials; a handler of its own is taken for http and https only.</param>
    /// <exception cref="ArgumentException">The address is none of the three forms.</exception>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        options ??= new GrpcChannelOptions();
        if (!address.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                throw new ArgumentException($"\"{address}\" is no collector address: write unix:/path, https://host:port or http://host:port.", nameof(address));
            }

            options.HttpHandler ??= CreateHandler();
            options.DisposeHttpClient = true;
            return GrpcChannel.ForAddress(uri, options);
        }

        options.HttpHandler = CreateUnixHandler(SocketPath(address));
        options.DisposeHttpClient = true;
        options.UnsafeUseInsecureChannelCallCredentials = true;
        return GrpcChannel.ForAddress("http://localhost", options);
    }

    /// <summary>A channel to a TLS address that shows a certificate and trusts its CA only.</summary>
    public static GrpcChannel ForAddress(string address, ClientIdentity identity, GrpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        options ??= new GrpcChannelOptions();
        options.HttpHandler = identity.CreateHandler();
        return ForAddress(Secure(address), options);
    }

    /// <summary>
    /// A channel without a certificate to the collector whose CA the token pins. A bearer token goes along with every
    /// call; an enrolment token does not: it belongs into <c>JoinRequest</c>.
    /// </summary>
    public static GrpcChannel ForAddress(string address, AccessToken token, GrpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(token);
        options ??= new GrpcChannelOptions();
        var handler = CreateHandler();
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13 | SslProtocols.Tls12,
            RemoteCertificateValidationCallback = new AuthorityPin(token.Pin).Validate,
        };
        options.HttpHandler = handler;
        if (token.Kind == AccessTokenKind.Bearer)
        {
            options.Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, BearerCredentials.Create(token));
        }

        return ForAddress(Secure(address), options);
    }

    /// <summary>True for <c>unix:/path</c>.</summary>
    public static bool IsUnix(string address) => address.StartsWith(UnixScheme, StringComparison.Ordinal);

    /// <summary>The path in <c>unix:/path</c> or <c>unix:///path</c>.</summary>
    public static string SocketPath(string address)
    {
        var path = address[UnixScheme.Length..];
        path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
        return path.Length > 0 ? path : throw new ArgumentException("A unix address needs a path: unix:/run/sensornet/collector.sock", nameof(address));
    }

    /// <summary>A transport over TCP, to be given TLS settings where they are needed.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    };

    /// <summary>A transport over a unix socket.</summary>
    public static SocketsHttpHandler CreateUnixHandler(string path)
    {
        var handler = CreateHandler();
        var endPoint = new UnixDomainSocketEndPoint(path);
        handler.ConnectCallback = async (_, cancellationToken) => await ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
        return handler;
    }

    private static string Secure(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        if (address.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return address;
        }

        // host:port is what people write.
        return address.Contains("://", StringComparison.Ordinal) || IsUnix(address)
            ? throw new ArgumentException($"\"{address}\" is no TLS address: write https://host:port or host:port.", nameof(address))
            : "https://" + address;
    }

    private static async Task<Stream> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
