using System.CommandLine;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Client;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet sources|sensors ...</c>: who is out there, and who watches.</summary>
internal sealed class FleetCommands(CommandBuilder commands)
{
    private readonly Option<string?> _kind = CommonOptions.Word("--kind", "What to list [default: source]", ["source", "user", "aor", "host"]);
    private readonly Option<string?> _order = CommonOptions.Word("--order", "Most of what first [default: events]", ["events", "failures", "last_seen"]);
    private readonly Option<string?> _since = CommonOptions.Since();
    private readonly Option<string?> _until = CommonOptions.Until();
    private readonly Option<string?> _query = new("--query", "-q") { Description = "Part of the name or address", HelpName = "text" };
    private readonly Option<int> _limit = CommonOptions.Limit(100);
    private readonly Argument<string> _id = new("source") { Description = "Address, user, AoR or host" };
    private readonly Argument<string> _sensor = new("sensor") { Description = "The sensor's id" };
    private readonly Option<string[]> _disable = new("--disable") { Description = "Stop sending this event type (it is still counted); may be repeated", HelpName = "type" };
    private readonly Option<string[]> _enable = new("--enable") { Description = "Send this event type again; may be repeated", HelpName = "type" };

    private readonly Argument<string> _address = new("source") { Description = "Address or network" };
    private readonly Argument<string[]> _addresses = new("source") { Description = "Address or network; several at once", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _for = new("--for") { Description = "For so long [default: 1h for block, for good for allow]", HelpName = "length" };
    private readonly Option<string?> _reason = new("--reason", "-m") { Description = "Why; kept with the entry", HelpName = "text" };
    private readonly Option<bool> _force = new("--force") { Description = "Also what is trusted, a carrier, a sensor's own, or a large network" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do it; without, it only says what would happen" };

    public Command BuildSources() => CommandBuilder.Group(
        "sources",
        "Addresses, users and hosts: what is known of each",
        commands.Create("list", "The busiest first", ListEntitiesAsync, _kind, _order, _since, _until, _query, _limit),
        commands.Create("show", "Everything about one, across SIP, SSH and hosts", ShowEntityAsync, _id, _kind, _since, _until),
        commands.Create("preview", "What blocking a source would hit: its calls and registrations of late", PreviewAsync, _address, _since),
        commands.Create("block", "Put sources on the list that your firewall tooling enforces", BlockAsync, _addresses, _for, _reason, _force),
        commands.Create("unblock", "Take sources off that list", c => RemoveAsync(c, ListState.Blocked), _addresses, _reason),
        commands.Create("allow", "Trust sources: no rule counts them any more", AllowAsync, _addresses, _for, _reason),
        commands.Create("disallow", "Trust sources no longer", c => RemoveAsync(c, ListState.Trusted), _addresses, _reason));

    public Command BuildSensors() => CommandBuilder.Group(
        "sensors",
        "The fleet: health, drops, what each sends",
        commands.Create("list", "Every sensor", ListSensorsAsync),
        commands.Create("revoke", "Revoke a sensor's certificate: it is cut off and has to join again", RevokeAsync, _sensor, _yes),
        commands.Create("types", "Which event types a sensor sends; with --disable and --enable, change it", SensorTypesAsync, _sensor, _disable, _enable));

    private async Task<int> ListEntitiesAsync(CommandContext context)
    {
        var request = new ListEntitiesRequest
        {
            Kind = context.Get(_kind) ?? "source",
            Order = context.Get(_order) ?? "events",
            Time = context.Range(_since, _until),
            Query = context.Get(_query) ?? "",
            Limit = (uint)context.Get(_limit),
        };
        await using var collector = context.Connect();
        await context.Listing.WriteAsync(EntityListing.Listing, collector.ListEntitiesAsync(request, context.Cancellation), "Nothing is known yet.");
        return ExitCodes.Ok;
    }

    private async Task<int> ShowEntityAsync(CommandContext context)
    {
        var id = context.Get(_id)!;
        var kind = context.Get(_kind) ?? (System.Net.IPAddress.TryParse(id, out _) ? "source" : id.Contains('@', StringComparison.Ordinal) ? "aor" : "user");
        var request = new GetEntityActivityRequest
        {
            Kind = kind,
            Id = id,
            Time = context.Range(_since, _until),
        };
        await using var collector = context.Connect();
        var activity = await collector.GetEntityActivityAsync(request, context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(EntityReport.WriteJson, activity));
        }
        else
        {
            EntityReport.Write(context.Out, activity);
        }

        return ExitCodes.Ok;
    }

    private async Task<int> ListSensorsAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        context.Listing.Write(SensorListing.Listing, await collector.ListSensorsAsync(context.Cancellation), "No sensor has joined yet. 'sensornet tokens create --role sensor' makes a token for one.");
        return ExitCodes.Ok;
    }

    private async Task<int> SensorTypesAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var id = context.Get(_sensor)!;
        var sensors = await collector.ListSensorsAsync(context.Cancellation);
        var sensor = sensors.FirstOrDefault(s => s.Id == id)
            ?? throw new CollectorException(CollectorFailure.NotFound, $"There is no sensor '{id}'. 'sensornet sensors list' shows them.");
        var off = sensor.DisabledEventTypes.ToHashSet(StringComparer.Ordinal);
        var disable = TypeNames(context.Get(_disable));
        var enable = TypeNames(context.Get(_enable));
        if (disable.Count + enable.Count > 0)
        {
            off.UnionWith(disable);
            off.ExceptWith(enable);
            var request = new SetEventTypesRequest { SensorId = id };
            request.Disabled.AddRange(off.Order(StringComparer.Ordinal));
            sensor = await collector.SetEventTypesAsync(request, context.Cancellation);
        }

        context.Listing.Write(SensorTypeListing.Listing, SensorTypeListing.Of(sensor), "");
        return ExitCodes.Ok;
    }

    private static HashSet<string> TypeNames(string[]? given) =>
        (given ?? []).SelectMany(word => EventTypes.Named(word) is { Count: > 0 } types
            ? types.Select(t => t.Name)
            : throw new UsageException($"'{SafeText.Clean(word)}' is no event type; 'sensornet events types' lists them.")).ToHashSet(StringComparer.Ordinal);

    private async Task<int> PreviewAsync(CommandContext context)
    {
        var request = new PreviewSourceRequest { Source = context.Get(_address)!, Time = new TimeRange { From = context.Point(_since) } };
        await using var collector = context.Connect();
        var preview = await collector.PreviewSourceAsync(request, context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(SourcePreviewText.WriteJson, preview));
        }
        else
        {
            SourcePreviewText.Lines(request.Source, preview).ForEach(line => context.Out.WriteLine(SafeText.Clean(line)));
        }

        return ExitCodes.Ok;
    }

    private Task<int> BlockAsync(CommandContext context) => AddAsync(context, ListState.Blocked, context.Get(_force));

    private Task<int> AllowAsync(CommandContext context) => AddAsync(context, ListState.Trusted, force: false);

    private async Task<int> AddAsync(CommandContext context, string list, bool force)
    {
        var request = new AddEntriesRequest { List = list, Comment = context.Get(_reason) ?? "", ExpiresS = context.Seconds(_for), Force = force };
        request.Values.AddRange(context.Get(_addresses)!);
        await using var collector = context.Connect();
        context.Listing.Write(NamedListListing.Entries, (await collector.AddEntriesAsync(request, context.Cancellation)).Entries, "");
        return ExitCodes.Ok;
    }

    private async Task<int> RemoveAsync(CommandContext context, string list)
    {
        var request = new RemoveEntriesRequest { List = list, Reason = context.Get(_reason) ?? "" };
        request.Values.AddRange(context.Get(_addresses)!);
        await using var collector = context.Connect();
        var removed = await collector.RemoveEntriesAsync(request, context.Cancellation);
        context.Out.WriteLine(context.Json ? $"{{\"removed\":{removed}}}" : $"Removed {removed} of {request.Values.Count} from {list}.");
        return ExitCodes.Ok;
    }

    private async Task<int> RevokeAsync(CommandContext context)
    {
        var name = context.Get(_sensor)!;
        await using var collector = context.Connect();
        var sensor = (await collector.ListSensorsAsync(context.Cancellation)).FirstOrDefault(s => s.Id == name)
            ?? throw new CollectorException(CollectorFailure.NotFound, $"There is no sensor '{name}'. 'sensornet sensors list' shows them.");
        if (!context.Get(_yes))
        {
            throw new UsageException($"{SafeText.Clean(sensor.Id)} ({SafeText.Clean(sensor.State)}) would be cut off at once and have to join again; say --yes to do it.");
        }

        var closed = await collector.RevokeCertificateAsync(new RevokeCertificateRequest { Name = sensor.Id }, context.Cancellation);
        context.Out.WriteLine(context.Json ? $"{{\"connections_closed\":{closed}}}" : $"Revoked; {closed} connections closed.");
        return ExitCodes.Ok;
    }
}
