using Google.Protobuf;
using Grpc.Core;
using SensorNet.Proto.Tests.Interop;

namespace SensorNet.Proto.Tests.Rpc;

public sealed class RoundTripTests
{
    private static readonly DateTime s_soon = DateTime.UtcNow.AddMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_kind_of_call_works_over_tcp_and_unix_sockets(bool unix)
    {
        await using var server = await TestServer.StartAsync(unix: unix);
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);

        await client.EmptyAsync(new EmptyMessage(), deadline: s_soon);
        var large = await client.UnaryAsync(new Request { Body = ByteString.CopyFrom(new byte[271828]), Sizes = { 314159 } }, deadline: s_soon);
        Assert.Equal(314159, large.Body.Length);
        Assert.Equal(271828u, large.Total);

        using var download = client.Download(new Request { Sizes = { 31415, 9, 2653, 58979 } }, deadline: s_soon);
        var sizes = new List<int>();
        await foreach (var response in download.ResponseStream.ReadAllAsync())
        {
            sizes.Add(response.Body.Length);
        }

        Assert.Equal([31415, 9, 2653, 58979], sizes);
        Assert.Equal(StatusCode.OK, download.GetStatus().StatusCode);

        using var upload = client.Upload(deadline: s_soon);
        foreach (var size in new[] { 27182, 8, 1828, 45904 })
        {
            await upload.RequestStream.WriteAsync(new Request { Body = ByteString.CopyFrom(new byte[size]) });
        }

        await upload.RequestStream.CompleteAsync();
        Assert.Equal(74922u, (await upload).Total);

        using var duplex = client.Duplex(deadline: s_soon);
        foreach (var size in new uint[] { 31415, 9, 2653, 58979 })
        {
            await duplex.RequestStream.WriteAsync(new Request { Sizes = { size } });
            Assert.True(await duplex.ResponseStream.MoveNext());
            Assert.Equal((int)size, duplex.ResponseStream.Current.Body.Length);
        }

        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task A_status_with_special_words_reaches_the_caller()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);
        const string words = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈 %\t\n";

        var thrown = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.UnaryAsync(new Request { StatusCode = 2, StatusMessage = words }, deadline: s_soon));

        Assert.Equal(new Status(StatusCode.Unknown, words), thrown.Status);
    }

    [Fact]
    public async Task Metadata_travels_both_ways()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);
        var metadata = new Metadata
        {
            { InteropServer.EchoHeader, "test_initial_metadata_value" },
            { InteropServer.EchoTrailer, [0xab, 0xab, 0xab] },
        };

        using var call = client.EmptyAsync(new EmptyMessage(), metadata, s_soon);
        await call;

        Assert.Equal("test_initial_metadata_value", (await call.ResponseHeadersAsync).GetValue(InteropServer.EchoHeader));
        Assert.Equal([0xab, 0xab, 0xab], call.GetTrailers().GetValueBytes(InteropServer.EchoTrailer)!);
    }

    [Fact]
    public async Task Unknown_methods_and_services_are_unimplemented()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);

        var method = await Assert.ThrowsAsync<RpcException>(async () => await client.NotThereAsync(new EmptyMessage(), deadline: s_soon));
        var service = await Assert.ThrowsAsync<RpcException>(async () =>
            await new V1.AlertService.AlertServiceClient(channel).GetAlertAsync(new V1.GetAlertRequest(), deadline: s_soon));

        Assert.Equal(StatusCode.Unimplemented, method.StatusCode);
        Assert.Equal(StatusCode.Unimplemented, service.StatusCode);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);

        var thrown = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.UnaryAsync(new Request { PauseMs = 30_000 }, deadline: DateTime.UtcNow.AddMilliseconds(100)));

        Assert.Equal(StatusCode.DeadlineExceeded, thrown.StatusCode);
    }

    [Fact]
    public async Task Cancelling_ends_a_stream()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);
        using var cancel = new CancellationTokenSource();
        using var call = client.Duplex(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(new Request { Sizes = { 1 } });
        Assert.True(await call.ResponseStream.MoveNext());

        cancel.Cancel();
        var thrown = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());

        Assert.Equal(StatusCode.Cancelled, thrown.StatusCode);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Messages_above_the_limit_are_refused_from_their_header()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxReceiveMessageSize = 1000);
        using var channel = server.Connect(new() { MaxReceiveMessageSize = 1000 });
        var client = new InteropService.InteropServiceClient(channel);

        var toServer = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.UnaryAsync(new Request { Body = ByteString.CopyFrom(new byte[1001]) }, deadline: s_soon));
        var toClient = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.UnaryAsync(new Request { Sizes = { 1001 } }, deadline: s_soon));

        Assert.Equal(StatusCode.ResourceExhausted, toServer.StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, toClient.StatusCode);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        using var channel = SensorNet.Rpc.RpcChannel.ForAddress("unix:/nonexistent/collector.sock");
        var client = new InteropService.InteropServiceClient(channel);

        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await client.EmptyAsync(new EmptyMessage(), deadline: s_soon));

        Assert.Equal(StatusCode.Unavailable, thrown.StatusCode);
    }
}
