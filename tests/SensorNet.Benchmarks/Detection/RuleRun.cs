using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.Collections;
using SensorNet.Benchmarks.Store;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Detection.Windows;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Detection;

/// <summary>The rules alone: the shipped catalogue over mixed SIP events, and one window with very many keys. No store.</summary>
internal static class RuleRun
{
    private const int Batch = 500;

    public const string Usage = "rules EVENTS             the catalogue over mixed events, CPU per event\nrule-keys KEYS           one counting window with that many live keys: time and memory";

    public static int Run(int count)
    {
        var store = new NoStore();
        var options = new DetectionOptions
        {
            RuleDirectories = [],
            TrustedSources = [],
            Carriers = [],
            HomeCountryCode = "49",
            OwnNumbers = [],
            Lateness = TimeSpan.FromSeconds(5),
            MaxKeys = 1_000_000,
            AddressDatabases = [],
            ReputationLists = [],
        };
        var detection = DetectionPipeline.Create(options, store, new AuditLog(store, new Lazy<IRowWriter>(() => throw new NotSupportedException()), TimeProvider.System), TimeProvider.System);
        ICommitStage[] stages = [detection.Enrichment, .. detection.Last];
        var events = new SampleEvents().Batch(1, count).Events;
        foreach (var e in events)
        {
            e.SensorId = "sensor-1";
        }

        var warm = count / 5;
        Feed(stages, store, events, 0, warm);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Feed(stages, store, events, warm, count);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var measured = count - warm;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{detection.Engine.Rules.All.Count()} rules, {measured} events: {cpu.TotalNanoseconds / measured:0} ns CPU per event, {measured / cpu.TotalSeconds / 1000:0} k events per CPU-second, {allocated / measured} B allocated per event, {store.Emitted} derived events"));
        foreach (var rule in detection.Engine.Rules.All.OrderByDescending(r => r.Cost.Ticks).Take(12))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rule.Cost.Microseconds,8:0.000} us x {rule.Evaluated,9}  {rule.Hits,8} hits  {rule.Name}"));
        }

        return 0;
    }

    public static int RunKeys(int keys)
    {
        const long hour = 3600L * 1_000_000_000;
        var window = new EventCountWindow(8, hour, keys);
        var firing = new Firing();
        var e = new Event();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var round = 0; round < 3; round++)
        {
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            for (var i = 0; i < keys; i++)
            {
                var key = new UInt128((ulong)i * 0x9E3779B97F4A7C15, (ulong)i * 0xD6E8FEB86659FD93);
                window.Add(key, new Occurrence(e, (round * 1_000_000L) + i, (ulong)i, (ulong)((round * keys) + i)), 0, 0, 0, firing);
            }

            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{window.Keys} keys with {round + 1} events each: {cpu.TotalNanoseconds / keys:0} ns per event, {bytes / 1048576.0:0} MiB, {bytes / (double)keys:0} B per key, {window.Evictions} evictions"));
        }

        return 0;
    }

    private static void Feed(ICommitStage[] stages, NoStore store, RepeatedField<Event> events, int from, int to)
    {
        for (var start = from; start < to; start += Batch)
        {
            var end = Math.Min(start + Batch, to);
            store.IngestTime = events[end - 1].EventTime;
            for (var i = start; i < end; i++)
            {
                foreach (var stage in stages)
                {
                    stage.OnEvent((ulong)i + 1, events[i], store);
                }
            }

            foreach (var stage in stages)
            {
                stage.OnBatchEnd(store);
            }

            foreach (var stage in stages)
            {
                stage.OnDurable();
            }
        }
    }

    private sealed class NoStore : IStoreReader, ICommit
    {
        public long IngestTime { get; set; }

        public long Emitted { get; private set; }

        public byte[]? Get(Table table, ReadOnlySpan<byte> key) => null;

        public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(Table table, ReadOnlyMemory<byte> prefix, bool reversed = false) => [];

        public IEnumerable<StoredEvent> ReadAfter(ulong position) => [];

        public IEnumerable<StoredEvent> ReadBefore(ulong position) => [];

        public void Put(Table table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
        }

        public void Delete(Table table, ReadOnlySpan<byte> key)
        {
        }

        public void Emit(Event derived) => Emitted++;
    }
}
