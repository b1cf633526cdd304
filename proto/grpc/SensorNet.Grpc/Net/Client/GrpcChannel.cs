using Grpc.Core;
using Grpc.Net.Client.Internal;

namespace Grpc.Net.Client;

/// <summary>
/// Connections to one server, opened when needed and shared by all calls. Thread-safe. Disposing cancels the calls
/// that run.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly CancellationTokenSource _shutdown = new();
    private readonly bool _disposeInvoker;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        if (options.HttpHandler is not null && options.HttpClient is not null)
        {
            throw new ArgumentException("Give a handler or a client, not both.", nameof(options));
        }

        Address = address;
        IsSecure = address.Scheme switch
        {
            "https" => true,
            "http" => false,
            _ => throw new ArgumentException($"The address scheme is \"{address.Scheme}\": http or https is needed.", nameof(address)),
        };
        if (options.Credentials is not null && options.Credentials.IsSecure != IsSecure)
        {
            throw new InvalidOperationException($"Channel credentials and the scheme of {address} do not agree.");
        }

        Credentials = options.Credentials?.CallCredentials;
        SendCredentials = IsSecure || options.UnsafeUseInsecureChannelCallCredentials;
        MaxReceive = options.MaxReceiveMessageSize ?? int.MaxValue;
        MaxSend = options.MaxSendMessageSize ?? int.MaxValue;
        ThrowOperationCanceled = options.ThrowOperationCanceledOnCancellation;
        _disposeInvoker = options.DisposeHttpClient || (options.HttpHandler is null && options.HttpClient is null);
        Invoker = options.HttpClient ?? new HttpMessageInvoker(options.HttpHandler ?? DefaultHandler(), _disposeInvoker);
    }

    internal Uri Address { get; }

    internal bool IsSecure { get; }

    internal CallCredentials? Credentials { get; }

    internal bool SendCredentials { get; }

    internal int MaxReceive { get; }

    internal int MaxSend { get; }

    internal bool ThrowOperationCanceled { get; }

    internal HttpMessageInvoker Invoker { get; }

    internal CancellationToken Shutdown => _shutdown.Token;

    /// <param name="address">With scheme, <c>https://collector:9443</c>.</param>
    public static GrpcChannel ForAddress(string address) => ForAddress(new Uri(address), new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker() => new HttpClientCallInvoker(this);

    public void Dispose()
    {
        if (_shutdown.IsCancellationRequested)
        {
            return;
        }

        _shutdown.Cancel();
        if (_disposeInvoker)
        {
            Invoker.Dispose();
        }
    }

    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    // Servers of the C core close connections that ping more often than every five minutes while nothing is sent, and
    // without calls hardly at all (grpc/doc/keepalive.md).
    private static SocketsHttpHandler DefaultHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = TimeSpan.FromMinutes(6),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    };
}
