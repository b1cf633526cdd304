using System.Net.Sockets;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using SensorNet.Proto.Tests.Interop;
using SensorNet.Tests.Shared;

namespace SensorNet.Proto.Tests.Rpc;

[Collection(MeasuresMemory.Name)]
public sealed class StalledPeerTests
{
    [Fact]
    public async Task A_reader_that_stops_blocks_the_server_and_nobody_else()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);
        var sizes = Enumerable.Repeat(10_000u, 1000);
        using var slow = client.Download(new Request { Sizes = { sizes } }, deadline: DateTime.UtcNow.AddMinutes(1));
        Assert.True(await slow.ResponseStream.MoveNext());
        var before = GC.GetTotalMemory(true);

        for (var i = 0; i < 100; i++)
        {
            await client.EmptyAsync(new EmptyMessage(), deadline: DateTime.UtcNow.AddSeconds(30));
        }

        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 4 << 20);
        var read = 1;
        while (await slow.ResponseStream.MoveNext())
        {
            read++;
        }

        Assert.Equal(1000, read);
    }

    [Fact]
    public async Task A_server_that_stops_reading_blocks_the_writer_until_its_deadline()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);
        using var call = client.Duplex(deadline: DateTime.UtcNow.AddSeconds(2));
        var message = new Request { Body = ByteString.CopyFrom(new byte[100_000]), Sizes = { 1 }, PauseMs = 60_000 };
        long sent = 0;

        var thrown = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(message);
                sent += message.Body.Length;
            }
        });

        Assert.Equal(StatusCode.DeadlineExceeded, thrown.StatusCode);
        Assert.InRange(sent, 0, 4 << 20);
    }

    [Fact]
    public async Task A_black_hole_on_the_way_is_found_by_pings()
    {
        await using var server = await TestServer.StartAsync();
        var target = new Uri(server.Address);
        using var hole = new BlackHole(target.Port);
        var handler = SensorNet.Rpc.RpcChannel.CreateHandler();
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{hole.Port}", new() { HttpHandler = handler, DisposeHttpClient = true });
        var client = new InteropService.InteropServiceClient(channel);
        using var call = client.Duplex();
        await call.RequestStream.WriteAsync(new Request { Sizes = { 1 } });
        Assert.True(await call.ResponseStream.MoveNext());

        hole.Swallow();
        var thrown = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext()).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(StatusCode.Unavailable, thrown.StatusCode);
    }

    /// <summary>A proxy that keeps its connections open and at some point forwards nothing any more.</summary>
    private sealed class BlackHole : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly int _target;
        private volatile bool _swallow;

        public BlackHole(int target)
        {
            _target = target;
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = AcceptAsync();
        }

        public int Port { get; }

        public void Swallow() => _swallow = true;

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync();
                    var server = new TcpClient();
                    await server.ConnectAsync(IPAddress.Loopback, _target);
                    _ = CopyAsync(client, server);
                    _ = CopyAsync(server, client);
                }
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                // The test is over.
            }
        }

        private async Task CopyAsync(TcpClient from, TcpClient to)
        {
            var buffer = new byte[16384];
            try
            {
                int read;
                while ((read = await from.GetStream().ReadAsync(buffer)) > 0)
                {
                    if (!_swallow)
                    {
                        await to.GetStream().WriteAsync(buffer.AsMemory(0, read));
                    }
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // One side has gone.
            }
        }
    }
}
