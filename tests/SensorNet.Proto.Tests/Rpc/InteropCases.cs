using Google.Protobuf;
using Grpc.Core;
using SensorNet.Proto.Tests.Interop;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>
/// The interoperability cases that grpc/doc/interop-test-descriptions.md documents, those of cloud credentials left out,
/// over messages of the same shape.
/// </summary>
internal sealed class InteropCases(ChannelBase channel)
{
    private const string Special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    private static readonly uint[] s_sizes = [31415, 9, 2653, 58979];

    private readonly InteropService.InteropServiceClient _client = new(channel);

    private static DateTime Soon => DateTime.UtcNow.AddSeconds(20);

    private static Metadata Gzip => new() { { "grpc-internal-encoding-request", "gzip" } };

    public IReadOnlyList<(string Name, Func<Task> Run)> All =>
    [
        ("empty_unary", async () => await _client.EmptyAsync(new EmptyMessage(), deadline: Soon)),
        ("large_unary", () => LargeAsync(null, false)),
        ("client_compressed_unary", () => LargeAsync(Gzip, false)),
        ("server_compressed_unary", () => LargeAsync(null, true)),
        ("client_streaming", () => UploadAsync(null)),
        ("client_compressed_streaming", () => UploadAsync(Gzip)),
        ("server_streaming", () => DownloadAsync(false)),
        ("server_compressed_streaming", () => DownloadAsync(true)),
        ("ping_pong", PingPongAsync),
        ("empty_stream", EmptyStreamAsync),
        ("custom_metadata", CustomMetadataAsync),
        ("status_code_and_message", StatusAsync),
        ("special_status_message", async () => Assert.Equal(Special, (await ErrorAsync(async () =>
            await _client.UnaryAsync(new Request { StatusCode = 2, StatusMessage = Special }, deadline: Soon), StatusCode.Unknown)).Detail)),
        ("unimplemented_method", () => ErrorAsync(async () => await _client.NotThereAsync(new EmptyMessage(), deadline: Soon), StatusCode.Unimplemented)),
        ("unimplemented_service", () => ErrorAsync(async () =>
            await new V1.AlertService.AlertServiceClient(channel).GetAlertAsync(new V1.GetAlertRequest(), deadline: Soon), StatusCode.Unimplemented)),
        ("cancel_after_begin", CancelAfterBeginAsync),
        ("cancel_after_first_response", CancelAfterFirstResponseAsync),
        ("timeout_on_sleeping_server", TimeoutAsync),
    ];

    private static async Task<Status> ErrorAsync(Func<Task> call, StatusCode expected)
    {
        var thrown = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(expected, thrown.StatusCode);
        return thrown.Status;
    }

    private async Task LargeAsync(Metadata? headers, bool compress)
    {
        var response = await _client.UnaryAsync(new Request { Body = ByteString.CopyFrom(new byte[271828]), Sizes = { 314159 }, Compress = compress }, headers, Soon);
        Assert.Equal((314159, 271828u), (response.Body.Length, response.Total));
    }

    private async Task UploadAsync(Metadata? headers)
    {
        using var call = _client.Upload(headers, Soon);
        foreach (var size in new[] { 27182, 8, 1828, 45904 })
        {
            await call.RequestStream.WriteAsync(new Request { Body = ByteString.CopyFrom(new byte[size]) });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(74922u, (await call).Total);
    }

    private async Task DownloadAsync(bool compress)
    {
        using var call = _client.Download(new Request { Sizes = { s_sizes }, Compress = compress }, deadline: Soon);
        var sizes = new List<uint>();
        while (await call.ResponseStream.MoveNext())
        {
            sizes.Add((uint)call.ResponseStream.Current.Body.Length);
        }

        Assert.Equal(s_sizes, sizes);
    }

    private async Task PingPongAsync()
    {
        using var call = _client.Duplex(deadline: Soon);
        foreach (var size in s_sizes)
        {
            await call.RequestStream.WriteAsync(new Request { Sizes = { size } });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal((int)size, call.ResponseStream.Current.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    private async Task EmptyStreamAsync()
    {
        using var call = _client.Duplex(deadline: Soon);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    private async Task CustomMetadataAsync()
    {
        var metadata = new Metadata { { InteropServer.EchoHeader, "test_initial_metadata_value" }, { InteropServer.EchoTrailer, [0xab, 0xab, 0xab] } };
        using var call = _client.UnaryAsync(new Request { Sizes = { 1 } }, metadata, Soon);
        await call;
        Assert.Equal("test_initial_metadata_value", (await call.ResponseHeadersAsync).GetValue(InteropServer.EchoHeader));
        Assert.Equal([0xab, 0xab, 0xab], call.GetTrailers().GetValueBytes(InteropServer.EchoTrailer)!);
    }

    private async Task StatusAsync()
    {
        var request = new Request { StatusCode = 2, StatusMessage = "test status message" };
        var unary = await ErrorAsync(async () => await _client.UnaryAsync(request, deadline: Soon), StatusCode.Unknown);
        using var call = _client.Duplex(deadline: Soon);
        await call.RequestStream.WriteAsync(request);
        var duplex = await ErrorAsync(() => call.ResponseStream.MoveNext(), StatusCode.Unknown);
        Assert.Equal(("test status message", "test status message"), (unary.Detail, duplex.Detail));
    }

    private async Task CancelAfterBeginAsync()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _client.Upload(cancellationToken: cancel.Token);
        cancel.Cancel();
        await ErrorAsync(async () => await call, StatusCode.Cancelled);
    }

    private async Task CancelAfterFirstResponseAsync()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _client.Duplex(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(new Request { Sizes = { 31415 }, Body = ByteString.CopyFrom(new byte[27182]) });
        Assert.True(await call.ResponseStream.MoveNext());
        cancel.Cancel();
        await ErrorAsync(() => call.ResponseStream.MoveNext(), StatusCode.Cancelled);
    }

    private async Task TimeoutAsync()
    {
        using var call = _client.Duplex(deadline: DateTime.UtcNow.AddMilliseconds(200));
        await call.RequestStream.WriteAsync(new Request { Sizes = { 1 }, PauseMs = 10_000 });
        await ErrorAsync(() => call.ResponseStream.MoveNext(), StatusCode.DeadlineExceeded);
    }
}
