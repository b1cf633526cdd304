using System.CommandLine;
using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet incidents ...</c>: alerts of one source, user or host as one story.</summary>
internal sealed class IncidentCommands(CommandBuilder commands)
{
    private readonly Option<bool> _open = new("--open") { Description = "Only those with an alert that is open" };
    private readonly Option<string?> _level = CommonOptions.Word("--level", "Of this level or above", Words.LevelNames);
    private readonly Option<string?> _kind = CommonOptions.Word("--kind", "About", ["source", "user", "host"]);
    private readonly Option<string?> _subject = new("--subject") { Description = "About this address, user or host", HelpName = "name" };
    private readonly Option<string?> _since = CommonOptions.Since();
    private readonly Option<string?> _until = CommonOptions.Until();
    private readonly Option<int> _limit = CommonOptions.Limit(100);
    private readonly Option<string?> _note = new("--note", "-m") { Description = "A note to leave on its alerts", HelpName = "text" };
    private readonly Option<string?> _reason = new("--reason") { Description = "Why; kept in the history", HelpName = "text" };
    private readonly Option<string?> _for = new("--for") { Description = "How long its keys stay quiet [default: 24h]", HelpName = "length" };
    private readonly Option<string?> _assignee = new("--to") { Description = "Who takes it", HelpName = "name" };
    private readonly Argument<string> _id = new("incident") { Description = "Incident id, or at least six characters of its beginning" };
    private readonly Argument<string> _text = new("text") { Description = "The note" };
    private readonly Argument<string> _who = new("name") { Description = "Who takes it" };

    public Command Build() => CommandBuilder.Group(
        "incidents",
        "What one source, user or host did: the alerts that belong together",
        commands.Create("list", "Incidents, those seen last first", ListAsync, _open, _level, _kind, _subject, _since, _until, _limit),
        commands.Create("show", "One incident: its alerts and its timeline", ShowAsync, _id),
        commands.Create("ack", "Acknowledge its open alerts", c => UpdateAsync(c, AlertStatus.Acknowledged), _id, _note, _assignee),
        commands.Create("resolve", "Resolve its open alerts", c => UpdateAsync(c, AlertStatus.Resolved), _id, _reason, _note),
        commands.Create("dismiss", "Dismiss its open alerts; their keys stay quiet for a while", c => UpdateAsync(c, AlertStatus.Dismissed), _id, _reason, _for, _note),
        commands.Create("assign", "Give its open alerts to somebody", AssignAsync, _id, _who),
        commands.Create("note", "Leave a note on its open alerts", NoteAsync, _id, _text));

    private async Task<int> ListAsync(CommandContext context)
    {
        var request = new ListIncidentsRequest
        {
            MinLevel = context.Get(_level) is { } word ? (AlertLevel)(Array.IndexOf(Words.LevelNames, word) + 1) : AlertLevel.Unspecified,
            Kind = context.Get(_kind) ?? "",
            Subject = context.Get(_subject) ?? "",
            Time = context.Range(_since, _until),
            Limit = (uint)context.Get(_limit),
        };
        if (context.Get(_open))
        {
            request.Statuses.AddRange([AlertStatus.Active, AlertStatus.Acknowledged]);
        }

        await using var collector = context.Connect();
        await context.Listing.WriteAsync(IncidentListing.Listing, collector.ListIncidentsAsync(request, context.Cancellation), "No incidents.");
        return ExitCodes.Ok;
    }

    private async Task<int> ShowAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var found = await collector.GetIncidentAsync(context.Get(_id)!, context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(IncidentReport.WriteJson, found));
        }
        else
        {
            IncidentReport.Lines(found).ForEach(line => context.Out.WriteLine(SafeText.Clean(line)));
        }

        return ExitCodes.Ok;
    }

    private async Task<int> UpdateAsync(CommandContext context, AlertStatus status)
    {
        var request = new UpdateIncidentRequest
        {
            IncidentId = context.Get(_id)!,
            Status = status,
            Reason = status == AlertStatus.Acknowledged ? "" : context.Get(_reason) ?? "",
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

        return await SendAsync(context, request);
    }

    private Task<int> AssignAsync(CommandContext context) => SendAsync(context, new UpdateIncidentRequest { IncidentId = context.Get(_id)!, Assignee = context.Get(_who)! });

    private Task<int> NoteAsync(CommandContext context) => SendAsync(context, new UpdateIncidentRequest { IncidentId = context.Get(_id)!, Note = context.Get(_text)! });

    private static async Task<int> SendAsync(CommandContext context, UpdateIncidentRequest request)
    {
        await using var collector = context.Connect();
        var updated = await collector.UpdateIncidentAsync(request, context.Cancellation);
        if (context.Json)
        {
            context.Listing.Write(IncidentListing.Listing, [updated.Incident], "");
        }
        else
        {
            context.Out.WriteLine(SafeText.Clean(string.Create(
                CultureInfo.InvariantCulture,
                $"{updated.Incident.IncidentId} {Words.Of(updated.Incident.Status)}: {updated.Incident.Title}; {updated.Changed} alerts changed{(updated.Left > 0 ? $", {updated.Left} left as they are" : "")}")));
        }

        return ExitCodes.Ok;
    }
}
