using Google.Protobuf;
using SensorNet.Proto.Tests.Interop;
using SensorNet.Rpc.Wire;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>Frames that arrive in any pieces, over a real connection.</summary>
public sealed class StreamFramingTests
{
    [Fact]
    public async Task Messages_cut_anywhere_are_put_together_again()
    {
        await using var server = await TestServer.StartAsync();
        var random = new Random(5);
        for (var round = 0; round < 30; round++)
        {
            var sizes = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(0, 3000)).ToArray();
            var octets = sizes.SelectMany(size => Frame(new Request { Body = ByteString.CopyFrom(new byte[size]) })).ToArray();
            var cuts = Enumerable.Range(0, 8).Select(_ => random.Next(0, octets.Length)).Append(0).Append(octets.Length).Order().Distinct().ToArray();

            var total = await UploadAsync(server, cuts.Zip(cuts.Skip(1)).Select(cut => octets[cut.First..cut.Second]));

            Assert.Equal((ulong)sizes.Sum(), total);
        }
    }

    [Fact]
    public async Task Messages_that_come_octet_by_octet_are_read()
    {
        await using var server = await TestServer.StartAsync();
        var octets = Frame(new Request { Body = ByteString.CopyFrom(new byte[10]) }).Concat(Frame(new Request { Body = ByteString.CopyFrom(new byte[3]) }));

        Assert.Equal(13u, await UploadAsync(server, octets.Select(octet => new[] { octet })));
    }

    [Fact]
    public async Task A_message_larger_than_the_stream_window_is_read()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxReceiveMessageSize = null);
        using var channel = server.Connect(new() { MaxReceiveMessageSize = null });
        var client = new InteropService.InteropServiceClient(channel);

        var response = await client.UnaryAsync(new Request { Body = ByteString.CopyFrom(new byte[20 << 20]), Sizes = { 20 << 20 } }, deadline: DateTime.UtcNow.AddMinutes(1));

        Assert.Equal((20u << 20, 20 << 20), (response.Total, response.Body.Length));
    }

    private static byte[] Frame(Request message)
    {
        var frame = new byte[FrameHeader.Size + message.CalculateSize()];
        FrameHeader.Write(frame, false, frame.Length - FrameHeader.Size);
        message.WriteTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    private static async Task<ulong> UploadAsync(TestServer server, IEnumerable<byte[]> pieces)
    {
        using var client = new HttpMessageInvoker(SensorNet.Rpc.RpcChannel.CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + "/sensornet.test.InteropService/Upload")
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new Pieces(pieces),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        request.Headers.TryAddWithoutValidation("TE", "trailers");
        using var response = await client.SendAsync(request, CancellationToken.None);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        return Response.Parser.ParseFrom(body.AsSpan(FrameHeader.Size)).Total;
    }

    private sealed class Pieces(IEnumerable<byte[]> pieces) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            foreach (var piece in pieces)
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
