using System.CommandLine;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Client;
using SensorNet.Console.Tui;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet sources|sensors|rules ...</c>: who is out there, who watches, and by which rules.</summary>
internal sealed class FleetCommands(CommandBuilder commands)
{
    private readonly Option<string?> _kind = CommonOptions.Word("--kind", "What to list [default: source]", ["source", "user", "aor", "host"]);
    private readonly Option<string?> _order = CommonOptions.Word("--order", "Most of what first [default: events]", ["events", "failures", "last_seen"]);
    private readonly Option<string?> _since = CommonOptions.Since();
    private readonly Option<string?> _until = CommonOptions.Until();
    private readonly Option<string?> _query = new("--query", "-q") { Description = "Part of the name or address", HelpName = "text" };
    private readonly Option<int> _limit = CommonOptions.Limit(100);
    private readonly Argument<string> _id = new("id") { Description = "Address, user, AoR or host" };
    private readonly Argument<string> _sensor = new("sensor") { Description = "The sensor's id" };
    private readonly Option<string[]> _disable = new("--disable") { Description = "Stop sending this event type (it is still counted); may be repeated", HelpName = "type" };
    private readonly Option<string[]> _enable = new("--enable") { Description = "Send this event type again; may be repeated", HelpName = "type" };
    private readonly Argument<string[]> _rules = new("rule") { Description = "Name or id of a rule; several at once", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Evaluate it without raising alerts" };

    public Command BuildSources() => CommandBuilder.Group(
        "sources",
        "Addresses, users and hosts: what is known of each",
        commands.Create("list", "The busiest first", ListEntitiesAsync, _kind, _order, _since, _until, _query, _limit),
        commands.Create("show", "Everything about one, across SIP, SSH and hosts", ShowEntityAsync, _id, _kind, _since, _until));

    public Command BuildSensors() => CommandBuilder.Group(
        "sensors",
        "The fleet: health, drops, what each sends",
        commands.Create("list", "Every sensor", ListSensorsAsync),
        commands.Create("types", "Which event types a sensor sends; with --disable and --enable, change it", SensorTypesAsync, _sensor, _disable, _enable));

    public Command BuildRules() => CommandBuilder.Group(
        "rules",
        "Detection rules",
        commands.Create("list", "Every rule with its hits", ListRulesAsync),
        commands.Create("show", "Rules in full, as JSON", ShowRulesAsync, _rules),
        commands.Create("enable", "Switch rules on", c => SetRulesAsync(c, enabled: true), _rules, _dryRun),
        commands.Create("disable", "Switch rules off", c => SetRulesAsync(c, enabled: false), _rules));

    private async Task<int> ListEntitiesAsync(CommandContext context)
    {
        var request = new ListEntitiesRequest
        {
            Kind = context.Get(_kind) ?? "source",
            Order = context.Get(_order) ?? "events",
            Time = new TimeRange { From = context.Point(_since), To = context.Point(_until) },
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
            Time = new TimeRange { From = context.Point(_since), To = context.Point(_until) },
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
        (given ?? []).Select(word => EventTypes.TryParse(word, out var info)
            ? info.Name
            : throw new UsageException($"'{SafeText.Clean(word)}' is no event type; 'sensornet events types' lists them.")).ToHashSet(StringComparer.Ordinal);

    private async Task<int> ListRulesAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var rules = await collector.ListRulesAsync(context.Cancellation);
        context.Listing.Write(
            RuleListing.Listing, rules.OrderByDescending(r => r.Level).ThenBy(r => r.Name, StringComparer.Ordinal).ToList(), "No rules are loaded.");
        return ExitCodes.Ok;
    }

    private async Task<int> ShowRulesAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        foreach (var rule in Find(await collector.ListRulesAsync(context.Cancellation), context.Get(_rules)!))
        {
            context.Out.WriteLine(ListingWriter.ToJson(RuleListing.WriteJson, rule));
        }

        return ExitCodes.Ok;
    }

    private async Task<int> SetRulesAsync(CommandContext context, bool enabled)
    {
        await using var collector = context.Connect();
        var changed = new List<Rule>();
        foreach (var rule in Find(await collector.ListRulesAsync(context.Cancellation), context.Get(_rules)!))
        {
            var request = new SetRuleRequest { Id = rule.Id, Enabled = enabled };
            if (enabled)
            {
                request.DryRun = context.Get(_dryRun);
            }

            changed.Add(await collector.SetRuleAsync(request, context.Cancellation));
        }

        context.Listing.Write(RuleListing.Listing, changed, "");
        return ExitCodes.Ok;
    }

    private static List<Rule> Find(IReadOnlyList<Rule> rules, string[] given) =>
        given.Select(name => rules.FirstOrDefault(r => r.Id == name || string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new CollectorException(CollectorFailure.NotFound, $"There is no rule '{name}'. 'sensornet rules list' shows them.")).Distinct().ToList();
}
