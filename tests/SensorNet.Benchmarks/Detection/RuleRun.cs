using System.Diagnostics;
using System.Globalization;
using SensorNet.Benchmarks.Store;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Detection.Windows;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Detection;

/// <summary>The rules alone: the shipped catalogue over the events of captures, and one window with very many keys. No store.</summary>
internal static class RuleRun
{
    private const int Batch = 500;
    private const int ShownRules = 12;
    private const int LaterDays = 6;

    public const string Usage = """
        rules EVENTS CAPTURE...    the catalogue over the events of captures, as of many sites at once: CPU per event, first and later days
        rules EVENTS               the same over events of which two in five are refused credentials: the worst case
        rule-keys KEYS             one counting window with that many live keys: time and memory
        """;

    public static int Run(int count, IReadOnlyList<string> captures)
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
        DetectionPipeline Open() =>
            DetectionPipeline.Create(options, store, new AuditLog(store, new Lazy<IRowWriter>(() => throw new NotSupportedException()), TimeProvider.System), TimeProvider.System);
        var detection = Open();
        var pass = Passes(count, captures);
        var first = Measure(detection, store, pass(0));
        Console.WriteLine($"{detection.Engine.Rules.All.Count()} rules, first day: {first.Text}");
        var before = detection.Engine.Rules.All.ToDictionary(r => r, r => (r.Evaluated, r.Hits, r.Cost.Ticks, r.Cost.Samples));
        var (nanoseconds, text) = Enumerable.Range(1, LaterDays).Select(day => Measure(detection, store, pass(day))).ToList().MinBy(m => m.Nanoseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the fastest of {LaterDays} later days, {1e6 / nanoseconds:0} k events per CPU-second: {text}"));
        Tell(detection, before);

        var again = Open();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        again.Restore();
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"another start: {again.Replayed} events again, {cpu.TotalNanoseconds / again.Replayed:0} ns CPU per event"));
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

    /// <summary>From the number of a day to its events.</summary>
    private static Func<int, IReadOnlyList<Event>> Passes(int count, IReadOnlyList<string> captures)
    {
        if (captures.Count > 0)
        {
            var sample = TrafficSample.Of(captures);
            return day => sample.Events(count, day);
        }

        var worst = new SampleEvents();
        return _ =>
        {
            var events = worst.Batch(1, count).Events;
            foreach (var e in events)
            {
                e.SensorId = "sensor-1";
            }

            return events;
        };
    }

    private static (double Nanoseconds, string Text) Measure(DetectionPipeline detection, NoStore store, IReadOnlyList<Event> events)
    {
        GC.Collect();
        var (derived, rows) = (store.Emitted, store.Rows);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        store.Feed(detection, events, Batch);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var open = detection.Alerts.OpenByLevel().Values.Sum();
        var nanoseconds = cpu.TotalNanoseconds / events.Count;
        return (nanoseconds, string.Create(
            CultureInfo.InvariantCulture,
            $"{events.Count} events, {nanoseconds:0} ns CPU and {allocated / events.Count} B allocated per event; {store.Emitted - derived} derived events, {store.Rows - rows} rows written, {open} alerts open"));
    }

    private static void Tell(DetectionPipeline detection, Dictionary<RunningRule, (long Evaluated, long Hits, long Ticks, long Samples)> before)
    {
        var costs = detection.Engine.Rules.All
            .Select(r => (Rule: r, Evaluated: r.Evaluated - before[r].Evaluated, Hits: r.Hits - before[r].Hits, Mean: (r.Cost.Ticks - before[r].Ticks) * 1e6 / Stopwatch.Frequency / Math.Max(1, r.Cost.Samples - before[r].Samples)));
        foreach (var cost in costs.OrderByDescending(c => c.Mean * c.Evaluated).Take(ShownRules))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {cost.Mean,8:0.000} us x {cost.Evaluated,9}  {cost.Hits,8} hits  {cost.Rule.Name}"));
        }
    }
}
