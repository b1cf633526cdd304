using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>Requests that no gRPC client would send, over plain HTTP/2.</summary>
public sealed class ServerNegativesTests
{
    private const string Unary = "/sensornet.test.InteropService/Unary";
    private static readonly byte[] s_empty = [0, 0, 0, 0, 0];

    [Theory]
    [InlineData("application/grpc", 0)]
    [InlineData("application/grpc+proto", 0)]
    [InlineData("application/grpc;charset=utf-8", 0)]
    public async Task Content_types_of_grpc_are_taken(string contentType, int status) =>
        Assert.Equal((StatusCode)status, await SendAsync(Unary, s_empty, contentType: contentType));

    [Theory]
    [InlineData("application/grpc+json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpcx")]
    [InlineData("application/json")]
    [InlineData(null)]
    public async Task Other_content_types_are_unsupported_media(string? contentType) =>
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendRawAsync(Unary, s_empty, contentType)).StatusCode);

    [Fact]
    public async Task Get_is_not_allowed()
    {
        using var response = await SendRawAsync(Unary, null, "application/grpc", method: HttpMethod.Get);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Http_1_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new HttpClient();
        using var content = new ByteArrayContent(s_empty);

        try
        {
            using var response = await client.PostAsync(new Uri(server.Address + Unary), content);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
        catch (HttpRequestException e)
        {
            Assert.Equal(HttpRequestError.InvalidResponse, e.HttpRequestError);
        }
    }

    [Theory]
    [InlineData("/sensornet.test.interopservice/Unary")]
    [InlineData("/sensornet.test.InteropService/unary")]
    [InlineData("/sensornet.test.InteropService/Nothing")]
    [InlineData("/Unary")]
    [InlineData("/a/b/c")]
    public async Task Paths_are_compared_by_octets(string path)
    {
        using var response = await SendRawAsync(path, s_empty, "application/grpc");

        Assert.True(response.StatusCode == HttpStatusCode.NotFound || Status(response) == StatusCode.Unimplemented);
    }

    [Fact]
    public async Task A_flag_above_one_is_an_internal_error() =>
        Assert.Equal(StatusCode.Internal, await SendAsync(Unary, [2, 0, 0, 0, 0]));

    [Fact]
    public async Task A_compressed_message_without_an_encoding_is_an_internal_error() =>
        Assert.Equal(StatusCode.Internal, await SendAsync(Unary, [1, 0, 0, 0, 0]));

    [Theory]
    [InlineData(new byte[] { 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 5, 1, 2 })]
    public async Task A_truncated_message_is_an_internal_error(byte[] body) =>
        Assert.Equal(StatusCode.Internal, await SendAsync(Unary, body));

    [Fact]
    public async Task Octets_that_are_no_message_are_an_internal_error() =>
        Assert.Equal(StatusCode.Internal, await SendAsync(Unary, [0, 0, 0, 0, 2, 0xFF, 0xFF]));

    [Fact]
    public async Task A_unary_call_without_a_message_is_unimplemented() =>
        Assert.Equal(StatusCode.Unimplemented, await SendAsync(Unary, []));

    [Fact]
    public async Task A_unary_call_with_two_messages_is_unimplemented() =>
        Assert.Equal(StatusCode.Unimplemented, await SendAsync(Unary, [.. s_empty, .. s_empty]));

    [Fact]
    public async Task A_length_above_the_limit_is_refused_before_its_message_arrives() =>
        Assert.Equal(StatusCode.ResourceExhausted, await SendAsync(Unary, [0, 0xFF, 0xFF, 0xFF, 0xFF]));

    [Fact]
    public async Task Garbage_instead_of_gzip_is_an_internal_error() =>
        Assert.Equal(StatusCode.Internal, await SendAsync(Unary, [1, 0, 0, 0, 3, 1, 2, 3], ("grpc-encoding", "gzip")));

    [Fact]
    public async Task A_gzip_bomb_is_stopped_at_the_limit()
    {
        var bomb = new System.Buffers.ArrayBufferWriter<byte>();
        MessageEncoding.Gzip.Compress(new byte[64 << 20], bomb);
        var frame = new byte[5 + bomb.WrittenCount];
        FrameHeader.Write(frame, true, bomb.WrittenCount);
        bomb.WrittenSpan.CopyTo(frame.AsSpan(5));

        Assert.Equal(StatusCode.ResourceExhausted, await SendAsync(Unary, frame, ("grpc-encoding", "gzip")));
    }

    [Fact]
    public async Task An_unknown_encoding_is_answered_with_those_that_are_known()
    {
        using var response = await SendRawAsync(Unary, [1, 0, 0, 0, 0], "application/grpc", headers: ("grpc-encoding", "br"));

        Assert.Equal(StatusCode.Unimplemented, Status(response));
        Assert.Equal("identity,gzip,deflate", response.Headers.GetValues("grpc-accept-encoding").Single());
    }

    [Theory]
    [InlineData("0S")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("1")]
    [InlineData("1x")]
    [InlineData("S")]
    public async Task A_malformed_timeout_is_an_internal_error(string timeout) =>
        Assert.Equal(StatusCode.Internal, await SendAsync(Unary, s_empty, ("grpc-timeout", timeout)));

    [Fact]
    public async Task Malformed_binary_metadata_is_left_out() =>
        Assert.Equal(StatusCode.OK, await SendAsync(Unary, s_empty, ("x-thing-bin", "***")));

    [Fact]
    public async Task Metadata_above_the_limit_harms_only_its_own_connection()
    {
        await using var server = await TestServer.StartAsync();
        using var client = Client();
        using var request = Request(server.Address + Unary, s_empty, "application/grpc", HttpMethod.Post, ("x-large", new string('a', 60_000)));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.SendAsync(request, CancellationToken.None));

        Assert.Equal(StatusCode.OK, await SendAsync(server, Unary, s_empty));
    }

    [Fact]
    public async Task Random_bodies_never_break_the_server()
    {
        await using var server = await TestServer.StartAsync();
        var random = new Random(17);
        for (var i = 0; i < 300; i++)
        {
            var body = new byte[random.Next(0, 40)];
            random.NextBytes(body);
            if (body.Length > 5 && i % 2 == 0)
            {
                FrameHeader.Write(body, i % 4 == 0, body.Length - 5);
            }

            var status = await SendAsync(server, Unary, body, ("grpc-encoding", i % 3 == 0 ? "gzip" : "identity"));
            Assert.Contains(status, new[] { StatusCode.OK, StatusCode.Internal, StatusCode.Unimplemented, StatusCode.ResourceExhausted, StatusCode.InvalidArgument, StatusCode.Unknown });
        }

        Assert.Equal(StatusCode.OK, await SendAsync(server, Unary, s_empty));
    }

    private static HttpMessageInvoker Client() => new(SensorNet.Rpc.RpcChannel.CreateHandler());

    private static async Task<StatusCode> SendAsync(string path, byte[] body, (string, string)? header = null, string contentType = "application/grpc")
    {
        using var response = await SendRawAsync(path, body, contentType, header is null ? [] : [header.Value]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Status(response);
    }

    private static Task<StatusCode> SendAsync(string path, byte[] body, params (string, string)[] headers) =>
        SendAsync(path, body, headers.Length == 0 ? null : headers[0]);

    private static async Task<StatusCode> SendAsync(TestServer server, string path, byte[] body, params (string, string)[] headers)
    {
        using var client = Client();
        using var request = Request(server.Address + path, body, "application/grpc", HttpMethod.Post, headers);
        using var response = await client.SendAsync(request, CancellationToken.None);
        await response.Content.LoadIntoBufferAsync();
        return Status(response);
    }

    private static async Task<HttpResponseMessage> SendRawAsync(string path, byte[]? body, string? contentType, params (string, string)[] headers) =>
        await SendRawAsync(path, body, contentType, HttpMethod.Post, headers);

    private static async Task<HttpResponseMessage> SendRawAsync(string path, byte[]? body, string? contentType, HttpMethod method, params (string, string)[] headers)
    {
        await using var server = await TestServer.StartAsync();
        using var client = Client();
        using var request = Request(server.Address + path, body, contentType, method, headers);
        var response = await client.SendAsync(request, CancellationToken.None);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }

    private static HttpRequestMessage Request(string address, byte[]? body, string? contentType, HttpMethod method, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body is null ? null : new ByteArrayContent(body),
        };
        if (contentType is not null && request.Content is not null)
        {
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        request.Headers.TryAddWithoutValidation("TE", "trailers");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static StatusCode Status(HttpResponseMessage response)
    {
        var values = response.Headers.TryGetValues("grpc-status", out var inHeaders) ? inHeaders : response.TrailingHeaders.GetValues("grpc-status");
        return (StatusCode)int.Parse(values.Single(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
