using System.CommandLine;
using System.CommandLine.Parsing;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Client;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet events ...</c>: what the sensors saw.</summary>
internal sealed class EventCommands(CommandBuilder commands)
{
    private readonly Argument<string[]> _query = new("query")
    {
        Description = "The query language, e.g. 'type:sip.auth.failed and source.ip:203.0.113.0/24'; nothing: everything",
        Arity = ArgumentArity.ZeroOrMore,
        Validators = { RefuseOptions },
    };

    private readonly Argument<ulong[]> _positions = new("position") { Description = "Position, as 'events list' shows it", Arity = ArgumentArity.OneOrMore };
    private readonly Option<EventType[]> _types = CommonOptions.Types();
    private readonly Option<string?> _source = CommonOptions.Source();
    private readonly Option<string?> _user = CommonOptions.User();
    private readonly Option<string?> _host = CommonOptions.Host();
    private readonly Option<string?> _since = CommonOptions.Since();
    private readonly Option<string?> _until = CommonOptions.Until();
    private readonly Option<int> _limit = CommonOptions.Limit(100);
    private readonly Option<bool> _oldestFirst = new("--oldest-first") { Description = "Oldest first instead of newest first" };
    private readonly Option<string> _out = new("--out", "-o") { Description = "The file; its ending says the form: .jsonl, .csv or .pcap. A file that exists is not replaced", HelpName = "file", Required = true };
    private readonly Option<int> _most = CommonOptions.Limit(1_000_000);
    private readonly Option<bool> _explain = new("--explain") { Description = "Say on standard error how the query was answered" };
    private readonly Option<ulong> _after = new("--after") { Description = "Begin after this position instead of now", HelpName = "position" };

    public Command Build() => CommandBuilder.Group(
        "events",
        "What the sensors saw: search, follow, show",
        commands.Create("list", "Stored events, newest first", ListAsync, _query, _types, _source, _user, _host, _since, _until, _limit, _oldestFirst, _explain),
        commands.Create("tail", "Events as they are stored, until Ctrl-C", TailAsync, _query, _types, _after),
        commands.Create("show", "Events in full", ShowAsync, _positions),
        commands.Create("export", "Write stored events to a file: jsonl, csv, or pcap (the SIP messages that were kept)", ExportAsync, _query, _out, _types, _source, _user, _host, _since, _until, _most),
        commands.Create("types", "Every event type with its category, severity and aliases", ListTypesAsync));

    // A mistyped option would otherwise be looked for as a word.
    private static void RefuseOptions(ArgumentResult query)
    {
        if (query.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } option)
        {
            query.AddError($"There is no option '{option.Value}' here; a word of a query that begins so stands in quotes: '\"{option.Value}\"'.");
        }
    }

    private QueryEventsRequest Request(CommandContext context, Option<int> limit)
    {
        var request = new QueryEventsRequest
        {
            Query = string.Join(' ', context.Get(_query) ?? []),
            Time = context.Range(_since, _until),
            SourceIp = context.Get(_source) ?? "",
            User = context.Get(_user) ?? "",
            Host = context.Get(_host) ?? "",
            Limit = (uint)context.Get(limit),
        };
        request.Types_.AddRange(context.Get(_types) ?? []);
        return request;
    }

    private async Task<int> ExportAsync(CommandContext context)
    {
        var path = context.Get(_out)!;
        var form = EventExport.FormOf(path) ?? throw new UsageException($"--out '{Tui.SafeText.Clean(path)}' must end in .jsonl, .csv or .pcap.");
        var request = Request(context, _most);
        request.OldestFirst = true;
        await using var collector = context.Connect();
        var written = await EventExport.WriteAsync(path, form, EventsAsync(context, collector, request), context.Host);

        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(
                (json, count) =>
                {
                    json.WriteStartObject();
                    json.WriteString("file", path);
                    json.WriteNumber("written", count);
                    json.WriteEndObject();
                },
                written));
        }
        else
        {
            context.Out.WriteLine(Tui.SafeText.Clean(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Wrote {written:N0} {(path.EndsWith(".pcap", StringComparison.OrdinalIgnoreCase) ? "messages" : "events")} to {path}.")));
        }

        return ExitCodes.Ok;
    }

    private async Task<int> ListAsync(CommandContext context)
    {
        var request = Request(context, _limit);
        request.OldestFirst = context.Get(_oldestFirst);
        request.Explain = context.Get(_explain);
        await using var collector = context.Connect();
        await context.Listing.WriteAsync(EventListing.Listing, EventsAsync(context, collector, request), "No events match.");
        return ExitCodes.Ok;
    }

    private static async IAsyncEnumerable<StoredEvent> EventsAsync(CommandContext context, ICollector collector, QueryEventsRequest request)
    {
        await foreach (var page in collector.QueryEventsAsync(request, context.Cancellation))
        {
            foreach (var stored in page.Events)
            {
                yield return stored;
            }

            if (page.Explain is { } explain)
            {
                context.Host.Error.WriteLine(Tui.SafeText.Clean(
                    $"plan: {explain.Plan}; blocks read {explain.BlocksRead} of {explain.BlocksTotal}, events scanned {explain.EventsScanned}, matched {explain.EventsMatched}"));
            }
        }
    }

    private async Task<int> TailAsync(CommandContext context)
    {
        var request = new TailEventsRequest { Query = string.Join(' ', context.Get(_query) ?? []), AfterPosition = context.Get(_after) };
        request.Types_.AddRange(context.Get(_types) ?? []);
        await using var collector = context.Connect();
        await foreach (var batch in collector.TailEventsAsync(request, context.Cancellation))
        {
            if (batch.Skipped > 0)
            {
                context.Host.Error.WriteLine($"sensornet: {batch.Skipped} events were left out because this terminal or pipe reads too slowly.");
            }

            foreach (var octets in batch.Events)
            {
                context.Listing.WriteStreamed(
                    EventListing.Listing,
                    collector.Open(octets),
                    ("TIME", 24), ("HOST", 8), ("TYPE", 22), ("SEVERITY", 8), ("SOURCE", 21), ("USER", 20), ("SUMMARY", 0));
            }
        }

        return ExitCodes.Ok;
    }

    private async Task<int> ShowAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var wanted = context.Get(_positions)!;
        var found = await collector.GetEventsAsync(wanted, context.Cancellation);
        if (context.Json)
        {
            context.Listing.Write(EventListing.Listing, found, "");
        }
        else
        {
            foreach (var stored in found)
            {
                EventReport.Write(context.Out, stored);
            }
        }

        var missing = wanted.Except(found.Select(e => e.Position)).ToList();
        return missing.Count == 0
            ? ExitCodes.Ok
            : throw new CollectorException(CollectorFailure.NotFound, $"Nothing is stored at position {string.Join(", ", missing)}.");
    }

    private static Task<int> ListTypesAsync(CommandContext context)
    {
        context.Listing.Write(EventTypeListing.Listing, EventTypes.All.ToList(), "");
        return Task.FromResult(ExitCodes.Ok);
    }
}
