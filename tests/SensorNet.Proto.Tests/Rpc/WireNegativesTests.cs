using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using SensorNet.Proto.Tests.Interop;
using SensorNet.Proto.Tests.Rpc.Http2;
using SensorNet.Rpc.Wire;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>
/// Frames that no HTTP/2 client would send, written by hand. Each has the reaction of RFC 9113, and afterwards the
/// server answers a new connection as if nothing had been.
/// </summary>
public sealed class WireNegativesTests
{
    private const byte Last = Http2Frame.EndHeaders | Http2Frame.EndStream;
    private static readonly byte[] s_call = Call();

    public static TheoryData<string, byte[], uint> BrokenConnections { get; } = new()
    {
        { "SETTINGS of a length that six does not divide (6.5)", Http2Wire.Frame(FrameType.Settings, 0, 0, 1, 2, 3, 4, 5), (uint)Http2Error.FrameSizeError },
        { "SETTINGS acknowledged with a payload (6.5)", Http2Wire.Frame(FrameType.Settings, Http2Frame.Ack, 0, 0, 1, 0, 0, 0, 0), (uint)Http2Error.FrameSizeError },
        { "SETTINGS on a stream (6.5)", Http2Wire.Frame(FrameType.Settings, 0, 1), (uint)Http2Error.ProtocolError },
        { "SETTINGS with a window above 2^31-1 (6.5.2)", Http2Wire.Frame(FrameType.Settings, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF), (uint)Http2Error.FlowControlError },
        { "HEADERS on stream 0 (6.2)", Http2Wire.Frame(FrameType.Headers, Last, 0, s_call), (uint)Http2Error.ProtocolError },
        { "HEADERS on an even stream (5.1.1)", Http2Wire.Frame(FrameType.Headers, Last, 2, s_call), (uint)Http2Error.ProtocolError },
        { "DATA on stream 0 (6.1)", Http2Wire.Frame(FrameType.Data, 0, 0, 1), (uint)Http2Error.ProtocolError },
        { "DATA before HEADERS (5.1)", Http2Wire.Frame(FrameType.Data, 0, 1, 0, 0, 0, 0, 0), (uint)Http2Error.ProtocolError },
        { "a frame above the announced size (4.2)", Http2Wire.Frame(FrameType.Ping, 0, 0, new byte[100_000]), (uint)Http2Error.FrameSizeError },
        { "PING of seven octets (6.7)", Http2Wire.Frame(FrameType.Ping, 0, 0, new byte[7]), (uint)Http2Error.FrameSizeError },
        { "PADDED beyond the frame (6.1)", [.. Open(), .. Http2Wire.Frame(FrameType.Data, Http2Frame.Padded, 1, 200, 0, 0)], (uint)Http2Error.ProtocolError },
        { "HEADERS padded beyond the frame (6.2)", Http2Wire.Frame(FrameType.Headers, Last | Http2Frame.Padded, 1, 250, 0x82), (uint)Http2Error.ProtocolError },
        { "CONTINUATION without HEADERS (6.10)", Http2Wire.Frame(FrameType.Continuation, Http2Frame.EndHeaders, 1, s_call), (uint)Http2Error.ProtocolError },
        { "another frame within a header block (6.10)", [.. Http2Wire.Frame(FrameType.Headers, 0, 1, s_call), .. Http2Wire.Frame(FrameType.Ping, 0, 0, new byte[8])], (uint)Http2Error.ProtocolError },
        { "WINDOW_UPDATE of 0 on the connection (6.9)", Http2Wire.Frame(FrameType.WindowUpdate, 0, 0, 0, 0, 0, 0), (uint)Http2Error.ProtocolError },
        { "WINDOW_UPDATE beyond 2^31-1 (6.9.1)", Http2Wire.Frame(FrameType.WindowUpdate, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF), (uint)Http2Error.FlowControlError },
        { "WINDOW_UPDATE of three octets (6.9)", Http2Wire.Frame(FrameType.WindowUpdate, 0, 0, 0, 0, 1), (uint)Http2Error.FrameSizeError },
        { "an HPACK index that stands for nothing (RFC 7541, 2.3.3)", Http2Wire.Frame(FrameType.Headers, Last, 1, 0xFF, 0xFF, 0x03), (uint)Http2Error.CompressionError },
        // RFC 7541 wants COMPRESSION_ERROR here; Kestrel closes the connection with another code.
        { "HPACK index 0 (RFC 7541, 6.1)", Http2Wire.Frame(FrameType.Headers, Last, 1, 0x80), (uint)Http2Error.InternalError },
        { "a header block cut within a field (4.3)", Http2Wire.Frame(FrameType.Headers, Last, 1, 0, 20, 1), (uint)Http2Error.CompressionError },
        { "RST_STREAM on an idle stream (6.4)", Http2Wire.Frame(FrameType.RstStream, 0, 1, 0, 0, 0, 8), (uint)Http2Error.ProtocolError },
        { "RST_STREAM on stream 0 (6.4)", Http2Wire.Frame(FrameType.RstStream, 0, 0, 0, 0, 0, 8), (uint)Http2Error.ProtocolError },
        { "PUSH_PROMISE of a client (8.4)", Http2Wire.Frame(FrameType.PushPromise, Http2Frame.EndHeaders, 1, 0, 0, 0, 2), (uint)Http2Error.ProtocolError },
        { "a stream below one used before (5.1.1)", [.. Open(5), .. Open(3)], (uint)Http2Error.StreamClosed },
        { "DATA after END_STREAM (5.1)", [.. Paused(1), .. Http2Wire.Frame(FrameType.Data, 0, 1, 1, 2, 3)], (uint)Http2Error.StreamClosed },
    };

    [Theory]
    [MemberData(nameof(BrokenConnections), DisableDiscoveryEnumeration = true)]
    public async Task Broken_frames_end_their_own_connection(string what, byte[] frames, uint error)
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        await wire.WriteAsync(frames);

        var goodbye = await wire.UntilAsync(frame => frame.Type == FrameType.GoAway);

        Assert.True((Http2Error)error == goodbye.Error, $"{what}: {goodbye.Error}");
        await wire.RestAsync();
        await AnswersAsync(server);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Another_preface_is_answered_with_a_close(string preface)
    {
        // Octets without a line's end might become a request of HTTP/1, so they are waited for like a silent peer.
        await using var server = await TestServer.StartAsync(kestrel: options => options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(1));
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.WriteAsync(Encoding.Latin1.GetBytes(preface));

        var answer = await wire.RestAsync();

        Assert.DoesNotContain(" 200 ", answer, StringComparison.Ordinal);
        await AnswersAsync(server);
    }

    [Fact]
    public async Task A_window_update_of_nothing_on_a_stream_is_an_error()
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        await wire.WriteAsync([.. Open(), .. Http2Wire.Frame(FrameType.WindowUpdate, 0, 1, 0, 0, 0, 0)]);

        var refusal = await wire.UntilAsync(frame => frame.Type is FrameType.GoAway or FrameType.RstStream);

        Assert.Equal(Http2Error.ProtocolError, refusal.Error);
        await AnswersAsync(server);
    }

    [Fact]
    public async Task Every_ping_of_a_flood_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        var ping = new byte[8];
        var reading = Task.Run(async () =>
        {
            for (var i = 0; i < 5000; i++)
            {
                await wire.UntilAsync(frame => frame.Type == FrameType.Ping && frame.Flags == Http2Frame.Ack);
            }
        });
        for (var i = 0; i < 5000; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(ping, i);
            await wire.WriteAsync(FrameType.Ping, 0, 0, ping);
        }

        await reading.WaitAsync(TimeSpan.FromSeconds(30));
        await AnswersAsync(server);
    }

    [Fact]
    public async Task A_thousand_streams_reset_at_once_cost_the_connection_or_nothing()
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        byte[] flood = [.. Enumerable.Range(0, 1000).SelectMany(i => (byte[])[.. Open((2 * i) + 1), .. Http2Wire.Frame(FrameType.RstStream, 0, (2 * i) + 1, 0, 0, 0, 8)])];
        await wire.WriteAsync([.. flood, .. Http2Wire.Frame(FrameType.Ping, 0, 0, new byte[8])]);

        // Closed while the client still wrote, the connection may lose its GOAWAY to the reset of the socket.
        Http2Frame? end;
        do
        {
            end = await wire.ReadAsync();
        }
        while (end is not null && end.Type is not (FrameType.GoAway or FrameType.Ping));

        Assert.True(end is null || end.Type == FrameType.Ping || end.Error == Http2Error.EnhanceYourCalm, end?.ToString());
        await AnswersAsync(server);
    }

    [Fact]
    public async Task A_length_beyond_the_limit_is_refused_from_its_prefix()
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        await wire.WriteAsync([.. Open(), .. Http2Wire.Frame(FrameType.Data, 0, 1, 0, 0x7F, 0xFF, 0xFF, 0xFF)]);

        var status = await wire.UntilAsync(frame => frame.Type == FrameType.Headers && frame.Header("grpc-status") is not null);

        Assert.Equal("8", status.Header("grpc-status"));
        await AnswersAsync(server);
    }

    [Fact]
    public async Task A_prefix_that_comes_octet_by_octet_is_read()
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        await wire.WriteAsync(Open());
        var message = Message(new Request { Body = ByteString.CopyFromUtf8("in pieces") });
        foreach (var octet in message)
        {
            await wire.WriteAsync(FrameType.Data, 0, 1, octet);
            await wire.WriteAsync(FrameType.Data, 0, 1);
        }

        await wire.WriteAsync(FrameType.Data, Http2Frame.EndStream, 1);
        var answer = await wire.UntilAsync(frame => frame.Type == FrameType.Data && frame.Payload.Length > 5);

        Assert.Equal(9u, Response.Parser.ParseFrom(answer.Payload.AsSpan(FrameHeader.Size)).Total);
        await AnswersAsync(server);
    }

    [Theory]
    [InlineData("GET", "application/grpc", 405)]
    [InlineData("POST", "application/json", 415)]
    [InlineData("POST", "application/grpc+json", 415)]
    public async Task What_is_no_call_has_an_http_status(string method, string contentType, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        await wire.WriteAsync(FrameType.Headers, Last, 1, Call(method, contentType));

        var answer = await wire.UntilAsync(frame => frame.Type == FrameType.Headers);

        Assert.Equal(status, answer.HttpStatus);
        await AnswersAsync(server);
    }

    // The header tells proxies apart that drop trailers; the answer's trailers are sent either way, as other servers do.
    [Fact]
    public async Task A_call_without_te_is_served()
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();

        Assert.Equal("0", await CallAsync(wire, Call(te: null)));
    }

    [Theory]
    [InlineData("Upper", "a")]
    [InlineData("connection", "close")]
    [InlineData(":path", "/again")]
    [InlineData(":unknown", "a")]
    [InlineData("te", "gzip")]
    public async Task Malformed_header_fields_are_a_protocol_error(string name, string value)
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        await wire.WriteAsync(FrameType.Headers, Last, 1, [.. s_call, .. Http2Wire.Fields((name, value))]);

        var refusal = await wire.UntilAsync(frame => frame.Type is FrameType.GoAway or FrameType.RstStream);

        Assert.Equal(Http2Error.ProtocolError, refusal.Error);
        await AnswersAsync(server);
    }

    [Fact]
    public async Task Endless_header_blocks_are_stopped()
    {
        await using var server = await TestServer.StartAsync();
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        var field = Http2Wire.Fields(("x-more", new string('a', 100)));
        byte[] part = [.. Enumerable.Repeat(field, 100).SelectMany(octets => octets)];
        await wire.WriteAsync(FrameType.Headers, 0, 1, s_call);
        try
        {
            for (var i = 0; i < 100; i++)
            {
                await wire.WriteAsync(FrameType.Continuation, 0, 1, part);
            }
        }
        catch (IOException)
        {
            // The server has closed already.
        }

        Assert.DoesNotContain("grpc-status", await wire.RestAsync(), StringComparison.Ordinal);
        await AnswersAsync(server);
    }

    private static byte[] Call(string method = "POST", string contentType = "application/grpc", string? te = "trailers")
    {
        var fields = Http2Wire.Fields(
            (":method", method),
            (":scheme", "http"),
            (":path", "/sensornet.test.InteropService/Unary"),
            (":authority", "localhost"),
            ("content-type", contentType));
        return te is null ? fields : [.. fields, .. Http2Wire.Fields(("te", te))];
    }

    private static byte[] Open(int stream = 1) => Http2Wire.Frame(FrameType.Headers, Http2Frame.EndHeaders, stream, s_call);

    /// <summary>A whole call that its handler takes some time for.</summary>
    private static byte[] Paused(int stream) =>
        [.. Open(stream), .. Http2Wire.Frame(FrameType.Data, Http2Frame.EndStream, stream, Message(new Request { PauseMs = 5000 }))];

    private static byte[] Message(Request request)
    {
        var frame = new byte[FrameHeader.Size + request.CalculateSize()];
        FrameHeader.Write(frame, false, frame.Length - FrameHeader.Size);
        request.WriteTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    private static async Task<string?> CallAsync(Http2Wire wire, byte[] fields)
    {
        await wire.WriteAsync(
        [
            .. Http2Wire.Frame(FrameType.Headers, Http2Frame.EndHeaders, 1, fields),
            .. Http2Wire.Frame(FrameType.Data, Http2Frame.EndStream, 1, Message(new Request())),
        ]);
        return (await wire.UntilAsync(frame => frame.Type == FrameType.Headers && frame.Header("grpc-status") is not null)).Header("grpc-status");
    }

    private static async Task AnswersAsync(TestServer server)
    {
        using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.OpenAsync();
        Assert.Equal("0", await CallAsync(wire, s_call));
    }
}
