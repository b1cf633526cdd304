using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SensorNet.Rpc;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>A Kestrel server with the interop service on loopback, or on a unix socket.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string? _directory;

    private TestServer(WebApplication application, string address, string? directory)
    {
        _application = application;
        Address = address;
        _directory = directory;
    }

    /// <summary><c>http://127.0.0.1:port</c> or <c>unix:/path</c>.</summary>
    public string Address { get; }

    public static async Task<TestServer> StartAsync(
        Action<GrpcServiceOptions>? options = null,
        Action<WebApplication>? map = null,
        bool unix = false,
        Action<KestrelServerOptions>? kestrel = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc(o => options?.Invoke(o));
        var directory = unix ? Directory.CreateTempSubdirectory("sn-rpc-").FullName : null;
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.Limits.MinRequestBodyDataRate = null;
            server.Limits.MinResponseDataRate = null;
            if (directory is not null)
            {
                server.ListenUnixSocket(Path.Combine(directory, "s"), listen => listen.Protocols = HttpProtocols.Http2);
            }
            else
            {
                server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            }

            kestrel?.Invoke(server);
        });
        var application = builder.Build();
        application.MapGrpcService<InteropServer>();
        map?.Invoke(application);
        await application.StartAsync();
        var address = directory is not null ? $"unix:{directory}/s" : application.Urls.Single();
        return new(application, address, directory);
    }

    public GrpcChannel Connect(GrpcChannelOptions? options = null) => RpcChannel.ForAddress(Address, options);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        now.Cancel();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}
