using System.Diagnostics;
using System.Globalization;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Rpc;

/// <summary>One side of the measured stream; prints what <c>cpp/peer.cc</c> prints.</summary>
internal static class RpcPeer
{
    private const int InFlight = 64;

    public static async Task<int> ServeAsync()
    {
        await using var application = await StartAsync();
        Console.WriteLine($"port {new Uri(application.Urls.Single()).Port}");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public static async Task<int> SendAsync(string address, string file, int count)
    {
        var message = SensorMessage.Parser.ParseFrom(await File.ReadAllBytesAsync(file));
        using var channel = GrpcChannel.ForAddress($"http://{address}");
        var client = new IngestService.IngestServiceClient(channel);
        foreach (var round in new[] { count / 4, count })
        {
            using var call = client.Connect();
            var measure = new Measure();
            var reading = Task.Run(async () =>
            {
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                }
            });
            for (var i = 0; i < round; i++)
            {
                await call.RequestStream.WriteAsync(message);
            }

            await call.RequestStream.CompleteAsync();
            await reading;
            measure.Print((long)round * message.Batch.Events.Count);
        }

        return 0;
    }

    public static async Task<int> UnaryAsync(int count)
    {
        await using var application = await StartAsync();
        using var channel = GrpcChannel.ForAddress(application.Urls.Single());
        var client = new AdminService.AdminServiceClient(channel);
        foreach (var round in new[] { count / 4, count })
        {
            var left = round;
            var watch = Stopwatch.StartNew();
            var allocated = GC.GetTotalAllocatedBytes();
            await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    await client.WhoAmIAsync(new WhoAmIRequest());
                }
            }));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{round} calls, {InFlight} in flight: {round / watch.Elapsed.TotalSeconds:F0} calls/s, {(GC.GetTotalAllocatedBytes() - allocated) / round} octets allocated per call on both sides"));
        }

        return 0;
    }

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MinRequestBodyDataRate = null;
            server.Limits.MaxRequestBodySize = null;
            server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var application = builder.Build();
        application.MapGrpcService(IngestService.BindService(new Ingest()));
        application.MapGrpcService(AdminService.BindService(new Admin()));
        await application.StartAsync();
        return application;
    }

    private sealed class Ingest : IngestService.IngestServiceBase
    {
        public override async Task Connect(IAsyncStreamReader<SensorMessage> requestStream, IServerStreamWriter<CollectorMessage> responseStream, ServerCallContext context)
        {
            var measure = new Measure();
            long events = 0;
            while (await requestStream.MoveNext(CancellationToken.None))
            {
                events += requestStream.Current.Batch.Events.Count;
                await responseStream.WriteAsync(new CollectorMessage { Ack = new Ack { Seq = (ulong)events } });
            }

            measure.Print(events);
        }
    }

    private sealed class Admin : AdminService.AdminServiceBase
    {
        private static readonly WhoAmIResponse s_response = new() { Name = "root", Role = Role.Admin };

        public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context) => Task.FromResult(s_response);
    }

    private sealed class Measure
    {
        private readonly Stopwatch _wall = Stopwatch.StartNew();
        private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;
        private readonly long _allocated = GC.GetTotalAllocatedBytes();

        public void Print(long events) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"events {events} cpu {(Environment.CpuUsage.TotalTime - _cpu).TotalSeconds:F4} wall {_wall.Elapsed.TotalSeconds:F4} allocated {GC.GetTotalAllocatedBytes() - _allocated}"));
    }
}
