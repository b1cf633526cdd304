using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SensorNet.Proto.Tests.Interop;
using SensorNet.Rpc.Wire;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>Thousands of damaged messages, both ways. Nothing but a status may come of it.</summary>
[Trait("Category", "Slow")]
public sealed class FrameFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 10_000;

    [Fact]
    public async Task Damaged_answers_end_in_a_status()
    {
        var random = new Random(23);
        byte[] body = [];
        await using var server = await TestServer.StartAsync(map: application => application.Use(async (HttpContext context, RequestDelegate _) =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-encoding"] = body.Length % 2 == 0 ? "gzip" : "identity";
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync(body);
            context.Response.AppendTrailer("grpc-status", "0");
        }));
        using var channel = server.Connect(new() { MaxReceiveMessageSize = 1000 });
        var client = new InteropService.InteropServiceClient(channel);
        var seen = new SortedDictionary<StatusCode, int>();

        for (var i = 0; i < Rounds; i++)
        {
            body = Damaged(random);
            using var call = client.UnaryAsync(new Request(), deadline: DateTime.UtcNow.AddSeconds(30));
            await ((Task)call.ResponseAsync).ContinueWith(_ => { }, TaskScheduler.Default);
            var code = call.ResponseAsync.Exception?.InnerException is RpcException e ? e.StatusCode : StatusCode.OK;
            Assert.True(call.ResponseAsync.IsCompletedSuccessfully || call.ResponseAsync.Exception!.InnerException is RpcException);
            seen[code] = seen.GetValueOrDefault(code) + 1;
        }

        output.WriteLine(string.Join(", ", seen));
        Assert.DoesNotContain(StatusCode.DeadlineExceeded, seen.Keys);
        Assert.DoesNotContain(StatusCode.Unavailable, seen.Keys);
    }

    [Fact]
    public async Task Damaged_requests_end_in_a_status()
    {
        var random = new Random(29);
        await using var server = await TestServer.StartAsync(options => options.MaxReceiveMessageSize = 1000);
        using var http = new HttpMessageInvoker(SensorNet.Rpc.RpcChannel.CreateHandler());
        string[] methods = ["Unary", "Download", "Upload", "Duplex"];
        var seen = new SortedDictionary<string, int>();

        for (var i = 0; i < Rounds; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/sensornet.test.InteropService/{methods[i % 4]}")
            {
                Version = System.Net.HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(Damaged(random)),
            };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
            request.Headers.TryAddWithoutValidation("grpc-encoding", i % 3 == 0 ? "gzip" : "identity");
            request.Headers.TryAddWithoutValidation("grpc-timeout", "2S");
            using var response = await http.SendAsync(request, CancellationToken.None);
            await response.Content.LoadIntoBufferAsync();
            var status = (response.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing : response.Headers.GetValues("grpc-status")).Single();
            seen[status] = seen.GetValueOrDefault(status) + 1;
        }

        output.WriteLine(string.Join(", ", seen));
        Assert.DoesNotContain("14", seen.Keys);
    }

    /// <summary>A good stream of messages with octets changed, taken out or put in, or none of that.</summary>
    private static byte[] Damaged(Random random)
    {
        var octets = new List<byte>();
        for (var count = random.Next(0, 4); count > 0; count--)
        {
            var payload = new byte[random.Next(0, 60)];
            if (random.Next(2) == 0)
            {
                payload = new Request { Body = ByteString.CopyFrom(payload), StatusMessage = "x" }.ToByteArray();
            }
            else
            {
                random.NextBytes(payload);
            }

            if (random.Next(4) == 0)
            {
                var compressed = new System.Buffers.ArrayBufferWriter<byte>();
                MessageEncoding.Gzip.Compress(payload, compressed);
                payload = compressed.WrittenSpan.ToArray();
            }

            var header = new byte[FrameHeader.Size];
            FrameHeader.Write(header, random.Next(4) == 0, payload.Length);
            octets.AddRange(header);
            octets.AddRange(payload);
        }

        for (var changes = random.Next(0, 4); changes > 0 && octets.Count > 0; changes--)
        {
            var at = random.Next(octets.Count);
            switch (random.Next(3))
            {
                case 0:
                    octets[at] = (byte)random.Next(256);
                    break;
                case 1:
                    octets.RemoveAt(at);
                    break;
                default:
                    octets.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. octets];
    }
}
