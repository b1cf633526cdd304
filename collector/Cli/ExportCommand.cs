using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Export;
using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Cli;

/// <summary><c>export</c>: events, messages or views of the store to a file or the output, also while the collector runs.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var what = new Argument<string>("what") { Description = $"events, pcap (the SIP messages that events kept), or one of the views {string.Join(", ", PredecessorViews.Names)}." };
        what.AcceptOnlyFromAmong(["events", "pcap", .. PredecessorViews.Names]);
        var config = new Option<string?>("--config", "-c") { Description = "YAML file that names the state directory." };
        var state = new Option<string?>("--state-dir") { Description = "State directory of the collector." };
        var format = new Option<ExportFormat>("--format") { Description = "jsonl (ECS objects, one per line) or csv.", DefaultValueFactory = _ => ExportFormat.Jsonl };
        var query = new Option<string>("--query", "-q") { Description = "Only events that match, e.g. \"source.ip:203.0.113.0/24 last:1d\".", DefaultValueFactory = _ => "" };
        var from = new Option<string?>("--from") { Description = "Earliest time: 2026-03-01, 2026-03-01T12:00:00Z, now-2h." };
        var to = new Option<string?>("--to") { Description = "First time no longer wanted." };
        var columns = new Option<string?>("--columns") { Description = "Fields of events in CSV, separated by commas." };
        var output = new Option<string?>("--output", "-o") { Description = "File to write; without it, the output." };
        var command = new Command("export", "Writes stored events, the SIP messages they kept, or one of the four read-only views (audit, auth, sessions, cdr). Reads beside a running collector.")
        {
            what, config, state, format, query, from, to, columns, output,
        };
        command.SetAction(async (parse, cancellation) =>
        {
            var options = CollectorOptions.Load(parse.GetValue(config), parse.GetValue(state)).Store with { ReadOnly = true };
            try
            {
                var time = new TimeRange { From = Time(parse.GetValue(from)), To = Time(parse.GetValue(to)) };
                var compiled = CompiledQuery.Compile(parse.GetValue(query)!, TimeProvider.System);
                using var store = EventStore.Open(options, TimeProvider.System, NullLogger.Instance);
                await using Stream stream = parse.GetValue(output) is { } path ? File.Create(path) : new DescriptorStream(1, reader: false);
                var count = await WriteAsync(store, parse.GetValue(what)!, parse.GetValue(format), parse.GetValue(columns), time, compiled, stream, cancellation);
                await Console.Error.WriteLineAsync($"{count} rows");
                return store.Damage.Count == 0 ? ExitCode.Ok : StoreCommandErrors.ReportDamage(store);
            }
            catch (Exception e) when (e is QueryException or IOException or NativeLibraryMissingException or UnauthorizedAccessException)
            {
                return StoreCommandErrors.Report(e);
            }
        });
        return command;
    }

    private static Task<long> WriteAsync(EventStore store, string what, ExportFormat format, string? columns, TimeRange time, CompiledQuery query, Stream stream, CancellationToken cancellation)
    {
        if (what == "pcap")
        {
            return Task.FromResult(WritePcap(new EventQuery(store, query, time).OldestFirst(cancellation: cancellation), stream));
        }

        if (what != "events")
        {
            return Exporter.WriteAsync(stream, new PredecessorViews(store).Get(what, time, query, cancellation), format, cancellation);
        }

        var events = new EventQuery(store, query, time).OldestFirst(cancellation: cancellation);
        if (format == ExportFormat.Jsonl)
        {
            return Exporter.WriteEventsAsync(stream, events, cancellation);
        }

        var names = columns?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [.. Exporter.DefaultColumns];
        return Exporter.WriteAsync(stream, Exporter.ToTable(events, names), format, cancellation);
    }

    private static long WritePcap(IEnumerable<StoredEvent> events, Stream stream)
    {
        var capture = new PcapWriter(stream);
        foreach (var stored in events)
        {
            capture.Write(stored.Event);
        }

        if (capture.LeftOut > 0)
        {
            Console.Error.WriteLine($"{capture.LeftOut} messages without addresses were left out");
        }

        return capture.Written;
    }

    private static long Time(string? text) => text is null ? 0 : QueryTime.Parse(new QueryValue(text, Quoted: false, 0), DateTimeOffset.UtcNow);
}
