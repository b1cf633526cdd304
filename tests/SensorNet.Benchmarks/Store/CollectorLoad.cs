using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Store;

/// <summary>
/// <c>store-send ADDRESS IDENTITY PID EVENTS [BATCH] [SEED]</c>: sends sample events to a running collector as an enrolled sensor does, several
/// batches in flight, and prints what that cost the collector, process PID, until the last one was acknowledged.
/// <c>collector_load.sh</c> starts the collector and enrols.
/// </summary>
internal static class CollectorLoad
{
    private const int EventsInFlight = 4096;

    public static async Task<int> RunAsync(string[] args)
    {
        var (address, pid) = (args[0], int.Parse(args[2], CultureInfo.InvariantCulture));
        var count = int.Parse(args[3], CultureInfo.InvariantCulture);
        var size = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : 1000;
        using var identity = ClientIdentity.Load(args[1]) ?? throw new FileNotFoundException("There is no identity.", args[1]);
        using var channel = GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions { HttpHandler = identity.CreateHandler() });
        using var call = new IngestService.IngestServiceClient(channel).Connect();
        await call.RequestStream.WriteAsync(new SensorMessage { Hello = new Hello { Protocol = 1, Epoch = 1, Host = "bench", Version = "bench", FirstAvailable = 1 } });
        if (!await call.ResponseStream.MoveNext(CancellationToken.None) || call.ResponseStream.Current.Welcome is not { } welcome)
        {
            throw new InvalidDataException("The collector sent no welcome.");
        }

        // Sent from where this epoch stands, so that a second run adds to the first.
        var (begin, sent, acked) = (welcome.Acked, welcome.Acked, welcome.Acked);
        var end = begin + (ulong)(count / size * size);
        var sample = new SampleEvents(begin);
        using var collector = Process.GetProcessById(pid);
        var before = collector.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        while (acked < end)
        {
            while (sent < end && sent - acked < EventsInFlight)
            {
                await call.RequestStream.WriteAsync(new SensorMessage { Batch = sample.Batch(sent + 1, size) });
                sent += (ulong)size;
            }

            if (!await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                throw new InvalidDataException("The collector ended the stream.");
            }

            acked = call.ResponseStream.Current.Ack?.Seq ?? acked;
        }

        watch.Stop();
        collector.Refresh();
        var cpu = collector.TotalProcessorTime - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"gRPC: {end - begin} events in batches of {size}: {(end - begin) / watch.Elapsed.TotalSeconds:N0}/s durable, {cpu.TotalMicroseconds / (end - begin):F2} us CPU of the collector per event, {collector.WorkingSet64 >> 20} MiB resident, {collector.PeakWorkingSet64 >> 20} at most"));
        await call.RequestStream.CompleteAsync();
        return 0;
    }
}
