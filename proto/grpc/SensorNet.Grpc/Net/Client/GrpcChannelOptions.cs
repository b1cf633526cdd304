using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and what it takes.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Largest message taken, in octets; null: no limit. 4 MiB unless set.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Largest message sent, in octets; null: no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Insecure or TLS, with credentials for each call; null: by the address's scheme.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>The HTTP/2 transport; null: a <see cref="SocketsHttpHandler"/> with keep-alive pings while calls run.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>An HTTP client to use instead of a handler.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Disposes the given handler or client with the channel.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>A cancelled call throws <see cref="OperationCanceledException"/> instead of <see cref="RpcException"/>.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Sends call credentials over plain connections too (unix sockets, loopback tests).</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }
}
