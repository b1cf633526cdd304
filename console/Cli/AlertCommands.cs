using System.CommandLine;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet alerts ...</c>: see, explain and triage alerts.</summary>
internal sealed class AlertCommands(CommandBuilder commands)
{
    private readonly Option<string[]> _states = States();
    private readonly Option<bool> _open = new("--open") { Description = "Only active and acknowledged ones" };
    private readonly Option<string?> _level = CommonOptions.Word("--level", "Of this level or above", Words.LevelNames);
    private readonly Option<string?> _rule = new("--rule") { Description = "Raised by this rule", HelpName = "name" };
    private readonly Option<string?> _since = CommonOptions.Since();
    private readonly Option<string?> _until = CommonOptions.Until();
    private readonly Option<string?> _source = CommonOptions.Source();
    private readonly Option<string?> _host = CommonOptions.Host();
    private readonly Option<int> _limit = CommonOptions.Limit(1000);
    private readonly Option<bool> _includeOpen = new("--include-open") { Description = "First the alerts that are open now" };
    private readonly Option<string?> _note = new("--note", "-m") { Description = "A note to leave on the alert", HelpName = "text" };
    private readonly Option<string?> _reason = new("--reason") { Description = "Why; kept in the alert's history", HelpName = "text" };
    private readonly Option<string?> _for = new("--for") { Description = "How long its key stays quiet [default: 24h]", HelpName = "length" };
    private readonly Option<string?> _assignee = new("--to") { Description = "Who takes it", HelpName = "name" };
    private readonly Argument<string[]> _ids = new("alert") { Description = "Alert id, or its beginning; several at once", Arity = ArgumentArity.OneOrMore };
    private readonly Argument<string> _id = new("alert") { Description = "Alert id, or its beginning" };
    private readonly Argument<string> _who = new("name") { Description = "Who takes it" };
    private readonly Argument<string> _text = new("text") { Description = "The note" };

    public Command Build() => CommandBuilder.Group(
        "alerts",
        "What the rules found: list, follow, explain and triage",
        commands.Create("list", "The alerts, most pressing first", ListAsync, _states, _open, _level, _rule, _since, _until, _source, _host, _limit),
        commands.Create("watch", "Every change of an alert as it happens, until Ctrl-C", WatchAsync, _includeOpen, _level),
        commands.Create("show", "One alert: why it fired, its evidence and its history", ShowAsync, _id),
        commands.Create("explain", "Which events made it fire, and how each met the rule", ExplainAsync, _id),
        commands.Create("assign", "Give an alert to somebody", AssignAsync, _id, _who),
        commands.Create("ack", "Acknowledge: somebody is on it", c => UpdateAsync(c, AlertStatus.Acknowledged), _ids, _note, _assignee),
        commands.Create("resolve", "Resolve: it is dealt with", c => UpdateAsync(c, AlertStatus.Resolved), _ids, _note, _reason),
        commands.Create("dismiss", "Dismiss: not worth attention; its key stays quiet for a while", c => UpdateAsync(c, AlertStatus.Dismissed), _ids, _reason, _for, _note),
        commands.Create("reopen", "Make it active again", c => UpdateAsync(c, AlertStatus.Active), _ids, _note),
        commands.Create("note", "Leave a note", NoteAsync, _id, _text));

    private async Task<int> ListAsync(CommandContext context)
    {
        var request = new ListAlertsRequest
        {
            MinLevel = Level(context),
            Time = context.Range(_since, _until),
            SourceIp = context.Get(_source) ?? "",
            Rule = context.Get(_rule) ?? "",
            Host = context.Get(_host) ?? "",

            // The limit counts the most pressing ones, which only all of them can tell.
            Limit = 1_000_000,
        };
        request.Statuses.AddRange((context.Get(_states) ?? []).Select(ParseState));
        if (context.Get(_open))
        {
            request.Statuses.AddRange([AlertStatus.Active, AlertStatus.Acknowledged]);
        }

        await using var collector = context.Connect();
        var alerts = new List<Alert>();
        await foreach (var alert in collector.ListAlertsAsync(request, context.Cancellation))
        {
            alerts.Add(alert);
        }

        var sorted = alerts.OrderByDescending(a => a.Level).ThenByDescending(a => a.LastSeen).ThenBy(a => a.AlertId, StringComparer.Ordinal)
            .Take(context.Get(_limit)).ToList();
        context.Listing.Write(AlertListing.Listing, sorted, "No alerts.");
        return ExitCodes.Ok;
    }

    private async Task<int> WatchAsync(CommandContext context)
    {
        var request = new WatchAlertsRequest { IncludeOpen = context.Get(_includeOpen), MinLevel = Level(context) };
        await using var collector = context.Connect();
        await foreach (var change in collector.WatchAlertsAsync(request, context.Cancellation))
        {
            if (change.Alert is null)
            {
                continue;
            }

            context.Listing.WriteStreamed(
                WatchListing.Listing,
                change,
                ("LAST", 20), ("CHANGE", 6), ("LEVEL", 13), ("STATE", 12), ("SOURCE", 15), ("COUNT", 7), ("ALERT", 40), ("ID", 0));
        }

        return ExitCodes.Ok;
    }

    private async Task<int> ShowAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var id = await AlertLookup.ResolveAsync(collector, context.Get(_id)!, context.Cancellation);
        var found = await collector.GetAlertAsync(id, context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(AlertReport.WriteJson, found));
        }
        else
        {
            AlertReport.Write(context.Out, found);
        }

        return ExitCodes.Ok;
    }

    private async Task<int> UpdateAsync(CommandContext context, AlertStatus status)
    {
        await using var collector = context.Connect();
        var updated = new List<Alert>();
        foreach (var given in context.Get(_ids)!.Distinct(StringComparer.Ordinal))
        {
            var request = new UpdateAlertRequest
            {
                AlertId = await AlertLookup.ResolveAsync(collector, given, context.Cancellation),
                Status = status,
                Reason = status is AlertStatus.Resolved or AlertStatus.Dismissed ? context.Get(_reason) ?? "" : "",
                DismissForS = status == AlertStatus.Dismissed ? context.Seconds(_for) : 0,
            };
            if (context.Get(_note) is { } note)
            {
                request.Note = note;
            }

            if (status == AlertStatus.Acknowledged && context.Get(_assignee) is { } assignee)
            {
                request.Assignee = assignee;
            }

            updated.Add(await collector.UpdateAlertAsync(request, context.Cancellation));
        }

        return Report(context, updated);
    }

    private async Task<int> ExplainAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var id = await AlertLookup.ResolveAsync(collector, context.Get(_id)!, context.Cancellation);
        var explained = await collector.ExplainAlertAsync(id, context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(IncidentReport.WriteExplanation, explained));
        }
        else
        {
            IncidentReport.Explain(explained).ForEach(line => context.Out.WriteLine(SafeText.Clean(line)));
        }

        return ExitCodes.Ok;
    }

    private async Task<int> AssignAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var id = await AlertLookup.ResolveAsync(collector, context.Get(_id)!, context.Cancellation);
        return Report(context, [await collector.UpdateAlertAsync(new UpdateAlertRequest { AlertId = id, Assignee = context.Get(_who)! }, context.Cancellation)]);
    }

    private async Task<int> NoteAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var id = await AlertLookup.ResolveAsync(collector, context.Get(_id)!, context.Cancellation);
        var request = new UpdateAlertRequest { AlertId = id, Note = context.Get(_text)! };
        return Report(context, [await collector.UpdateAlertAsync(request, context.Cancellation)]);
    }

    private static int Report(CommandContext context, List<Alert> updated)
    {
        if (context.Json)
        {
            context.Listing.Write(AlertListing.Listing, updated, "");
            return ExitCodes.Ok;
        }

        foreach (var alert in updated)
        {
            context.Out.WriteLine(SafeText.Clean($"{alert.AlertId} {Words.Of(alert.Status)}: {alert.Title}"));
        }

        return ExitCodes.Ok;
    }

    private AlertLevel Level(CommandContext context) =>
        context.Get(_level) is { } word ? (AlertLevel)(Array.IndexOf(Words.LevelNames, word) + 1) : AlertLevel.Unspecified;

    private static AlertStatus ParseState(string word) => (AlertStatus)(Array.IndexOf(Words.StateNames, word) + 1);

    private static Option<string[]> States()
    {
        var option = new Option<string[]>("--state")
        {
            Description = "In this state: active, acknowledged, resolved, dismissed; may be repeated",
            HelpName = "word",
        };
        option.CompletionSources.Add(Words.StateNames);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !Words.StateNames.Contains(token.Value)))
            {
                result.AddError($"--state '{token.Value}' is not one of: {string.Join(", ", Words.StateNames)}.");
            }
        });
        return option;
    }
}
