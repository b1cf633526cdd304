using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Store;

/// <summary>
/// <c>store EVENTS [BATCH] [objects]</c>: fills a store through the commit loop and asks it questions; prints rates, CPU time per event, size and
/// memory. With "objects" the stages of calls, entities and counters run too.
/// </summary>
internal static class StoreRun
{
    private const int Pending = 16;

    // So many events are made and encoded at once, outside of what is measured, so that the inputs are a small part of the memory.
    private const int Chunk = 100_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var count = int.Parse(args[0], CultureInfo.InvariantCulture);
        var size = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1000;
        var directory = Directory.CreateTempSubdirectory("sensornet-bench-").FullName;
        try
        {
            await Fill(directory, count, size, args.Skip(2).ToArray());
            var opening = Stopwatch.StartNew();
            using var store = EventStore.Open(new StoreOptions { Directory = directory }, TimeProvider.System, NullLogger.Instance);
            Console.WriteLine($"open: {opening.ElapsedMilliseconds} ms; {store.Segments.Count} segments, {store.Segments.Count(s => s.IsMerged)} merged");
            Ask(store);
            Console.WriteLine($"resident: {Environment.WorkingSet >> 20} MiB");
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task Fill(string directory, int count, int size, string[] stages)
    {
        using var store = EventStore.Open(new StoreOptions { Directory = directory }, TimeProvider.System, NullLogger.Instance);
        var objects = stages.Length > 0 ? ObjectStages.Create(store).Stages : [];
        var chosen = objects.Where(s => stages.Contains("objects") || stages.Contains(s.GetType().Name)).ToList();
        var loop = new CommitLoop(store, chosen, new CommitOptions(), TimeProvider.System, NullLogger.Instance);
        loop.Start();

        // Encoded as they come over the wire, so that decoding them counts and making them does not.
        var sample = new SampleEvents();
        var (elapsed, cpu, bytes) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        for (var sent = 0; sent < count; sent += Chunk)
        {
            var first = sent;
            var batches = Enumerable.Range(0, Math.Min(Chunk, count - sent) / size).Select(i => sample.Batch((ulong)(first + (i * size)) + 1, size).ToByteArray()).ToList();
            bytes += batches.Sum(b => (long)b.Length);
            var (before, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
            await Submit(loop, batches);

            // Sealing and merging are part of the cost.
            await store.DrainAsync();
            elapsed += watch.Elapsed;
            cpu += Environment.CpuUsage.TotalTime - before;
        }

        var status = store.Status();
        Console.WriteLine($"ingest: {count} events of {bytes / count} bytes in batches of {size}: {count / elapsed.TotalSeconds:N0}/s durable, {cpu.TotalMicroseconds / count:F2} us CPU per event with decoding and sealing, {GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)} collections");
        Console.WriteLine($"commit p50 {loop.Latency.Percentile(0.5)} us, p99 {loop.Latency.Percentile(0.99)} us; blocks {status.EventBytes / (double)count:F1} bytes per event; {Environment.WorkingSet >> 20} MiB resident");
        await loop.DisposeAsync();
        store.Dispose();
        Console.WriteLine($"disk: {new DirectoryInfo(directory).EnumerateFiles().Where(f => f.Extension == ".sst").Sum(f => f.Length) / (double)count:F1} bytes per event in tables");
    }

    private static async Task Submit(CommitLoop loop, List<byte[]> batches)
    {
        var pending = new Queue<Task<SubmitResult>>();
        foreach (var batch in batches)
        {
            pending.Enqueue(loop.SubmitAsync("s1", 1, EventBatch.Parser.ParseFrom(batch), CancellationToken.None).AsTask());
            if (pending.Count >= Pending)
            {
                await pending.Dequeue();
            }
        }

        await Task.WhenAll(pending);
    }

    private static void Ask(EventStore store)
    {
        var events = store.ReadBefore(ulong.MaxValue).Where((_, i) => i % 997 == 0).Take(200).Select(e => e.Event).ToList();
        Measure("call-id", events, e => Question(store, $"call_id:\"{e.Sip.CallId}\"", new TimeRange()));
        Measure("source in an hour", events, e => Question(store, $"source.ip:{System.Net.IPAddress.Parse(string.Join('.', e.SourceIp.ToByteArray()))}", Around(e)));
        Measure("user in an hour", events, e => Question(store, $"user:{e.User}", Around(e)));
        foreach (var text in new[] { "user_agent:friendly* status:486", "\"no such text\"" })
        {
            var query = new EventQuery(store, CompiledQuery.Compile(text, TimeProvider.System), new TimeRange());
            var watch = Stopwatch.StartNew();
            var found = query.NewestFirst().Count();
            Console.WriteLine($"scan {text}: {query.Explain.EventsScanned / watch.Elapsed.TotalSeconds / 1e6:F2} M events/s, {found} found");
        }
    }

    private static TimeRange Around(Event e) => new() { From = e.EventTime - (1800L * 1_000_000_000), To = e.EventTime + (1800L * 1_000_000_000) };

    private static int Question(EventStore store, string text, TimeRange time) =>
        new EventQuery(store, CompiledQuery.Compile(text, TimeProvider.System), time).NewestFirst().Take(1000).Count();

    private static void Measure(string name, List<Event> events, Func<Event, int> ask)
    {
        var times = new List<double>();
        var found = 0;
        foreach (var e in events)
        {
            var watch = Stopwatch.StartNew();
            found += ask(e);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine($"{name}: p50 {times[times.Count / 2]:F2} ms, p99 {times[times.Count * 99 / 100]:F2} ms, {found / events.Count} found on average");
    }
}
