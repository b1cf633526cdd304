using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using SensorNet.Proto.Tests.Interop;
using SensorNet.Proto.Tests.Rpc.Http2;
using SensorNet.Rpc;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>Streams that the server certainly did not process, against a server that speaks HTTP/2 by hand.</summary>
public sealed class TransparentRetryTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TransparentRetryTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_stream_refused_before_its_first_message_is_opened_again()
    {
        for (var round = 0; round < 20; round++)
        {
            using var channel = RpcChannel.ForAddress($"http://{_listener.LocalEndpoint}");
            using var call = new InteropService.InteropServiceClient(channel).Duplex();
            using var server = await AcceptAsync();
            var refused = await server.UntilAsync(frame => frame.Type == FrameType.Headers);
            await server.WriteAsync(FrameType.RstStream, 0, refused.Stream, 0, 0, 0, (byte)Http2Error.RefusedStream);
            var again = await server.UntilAsync(frame => frame.Type == FrameType.Headers);

            await call.RequestStream.WriteAsync(new Request()).WaitAsync(s_patience);
            await call.RequestStream.CompleteAsync();
            var message = await server.UntilAsync(frame => frame.Type == FrameType.Data && frame.Payload.Length > 0);
            await AnswerAsync(server, again.Stream);

            Assert.Equal([0, 0, 0, 0, 0], message.Payload);
            Assert.Equal(again.Stream, message.Stream);
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(s_patience));
            Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(s_patience));
            Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        }
    }

    [Fact]
    public async Task A_stream_that_a_closing_connection_did_not_process_moves_to_another()
    {
        using var channel = RpcChannel.ForAddress($"http://{_listener.LocalEndpoint}");
        using var call = new InteropService.InteropServiceClient(channel).Upload();
        using var closing = await AcceptAsync();
        await closing.UntilAsync(frame => frame.Type == FrameType.Headers);
        await closing.WriteAsync(FrameType.GoAway, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)Http2Error.NoError);
        using var server = await AcceptAsync();
        var again = await server.UntilAsync(frame => frame.Type == FrameType.Headers);

        await call.RequestStream.WriteAsync(new Request()).WaitAsync(s_patience);
        await call.RequestStream.CompleteAsync();
        await server.UntilAsync(frame => frame.Type == FrameType.Data && frame.Payload.Length > 0);
        await AnswerAsync(server, again.Stream);

        Assert.NotNull(await call.ResponseAsync.WaitAsync(s_patience));
    }

    [Fact]
    public async Task A_stream_refused_after_its_first_message_is_unavailable()
    {
        using var channel = RpcChannel.ForAddress($"http://{_listener.LocalEndpoint}");
        using var call = new InteropService.InteropServiceClient(channel).Duplex();
        using var server = await AcceptAsync();
        await call.RequestStream.WriteAsync(new Request()).WaitAsync(s_patience);
        var message = await server.UntilAsync(frame => frame.Type == FrameType.Data && frame.Payload.Length > 0);
        await server.WriteAsync(FrameType.RstStream, 0, message.Stream, 0, 0, 0, (byte)Http2Error.RefusedStream);

        var read = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(s_patience));
        var written = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Request()).WaitAsync(s_patience));

        Assert.Equal((StatusCode.Unavailable, StatusCode.Unavailable), (read.StatusCode, written.StatusCode));
    }

    [Fact]
    public async Task A_stream_reset_for_another_reason_is_not_opened_again()
    {
        using var channel = RpcChannel.ForAddress($"http://{_listener.LocalEndpoint}");
        using var call = new InteropService.InteropServiceClient(channel).Duplex();
        using var server = await AcceptAsync();
        var opened = await server.UntilAsync(frame => frame.Type == FrameType.Headers);
        await server.WriteAsync(FrameType.RstStream, 0, opened.Stream, 0, 0, 0, (byte)Http2Error.EnhanceYourCalm);

        var read = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(s_patience));

        Assert.Equal(StatusCode.ResourceExhausted, read.StatusCode);
    }

    [Fact]
    public async Task A_refused_stream_that_is_given_up_ends()
    {
        using var channel = RpcChannel.ForAddress($"http://{_listener.LocalEndpoint}");
        using var call = new InteropService.InteropServiceClient(channel).Duplex(deadline: DateTime.UtcNow.AddSeconds(2));
        using var server = await AcceptAsync();
        var opened = await server.UntilAsync(frame => frame.Type == FrameType.Headers);
        await server.WriteAsync(FrameType.RstStream, 0, opened.Stream, 0, 0, 0, (byte)Http2Error.RefusedStream);
        await server.UntilAsync(frame => frame.Type == FrameType.Headers);

        var read = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(s_patience));
        var reset = await server.UntilAsync(frame => frame.Type == FrameType.RstStream);

        Assert.Equal(StatusCode.DeadlineExceeded, read.StatusCode);
        Assert.Equal(Http2Error.Cancel, reset.Error);
    }

    private static async Task AnswerAsync(Http2Wire server, int stream)
    {
        await server.WriteAsync(FrameType.Headers, Http2Frame.EndHeaders, stream, Http2Wire.Fields((":status", "200"), ("content-type", "application/grpc")));
        await server.WriteAsync(FrameType.Data, 0, stream, 0, 0, 0, 0, 0);
        await server.WriteAsync(FrameType.Headers, Http2Frame.EndHeaders | Http2Frame.EndStream, stream, Http2Wire.Fields(("grpc-status", "0")));
    }

    private async Task<Http2Wire> AcceptAsync()
    {
        var wire = new Http2Wire(await _listener.AcceptSocketAsync().WaitAsync(s_patience));
        await wire.AcceptAsync();
        return wire;
    }
}
