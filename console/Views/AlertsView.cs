using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Cli;
using SensorNet.Console.Client;
using SensorNet.Console.Display;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Triage: what the rules found, why, and what to do about it.</summary>
internal sealed class AlertsView : ListView<Alert>
{
    private bool _showClosed;
    private string? _asked;

    public AlertsView(ConsoleScreens screens)
        : base(screens, ColumnsFor(screens))
    {
    }

    public override string Id => "alerts";

    public override string Title => "Alerts";

    public override string ShortTitle => "Alrt";

    public override IReadOnlyList<string> Aliases => ["alert", "al"];

    protected override string EmptyText => Model.AlertCount == 0
        ? "No alerts. Rules raise them as events come in; view 8 shows the rules, view 3 the events."
        : "No open alerts. z shows the closed ones as well.";

    public override string BlockBefore => "alerts.source";

    protected override bool IsKnown => Model.AlertsAreComplete;

    protected override object ItemsVersion => (Model.AlertsVersion, _showClosed);

    protected override object? DetailVersion => SelectedItem is { } alert ? Model.StaleDetailOf(alert) : null;

    public override void Draw(Tui.Surface surface)
    {
        base.Draw(surface);
        AskDetail();
    }

    public override IReadOnlyList<string> ChosenSources() =>
        [.. Table.Chosen().SelectMany(row => row.Item.SourceIp.Length > 0 ? [row.Item.SourceIp] : row.Item.Sources.AsEnumerable()).Distinct()];

    /// <summary>Selects an alert, also one that the list hides.</summary>
    public void Reveal(string alertId)
    {
        _showClosed |= Model.FindAlert(alertId) is { } alert && !Words.IsOpen(alert.Status);
        UpdateRows();
        Table.Select(alertId);
    }

    protected override IEnumerable<Alert> Items() => _showClosed ? Model.Alerts : Model.Alerts.Where(a => Words.IsOpen(a.Status));

    protected override Listing<Alert> Listing => AlertListing.Listing;

    protected override string KeyOf(Alert item) => item.AlertId;

    protected override string ListTitle(int shown) =>
        string.Create(CultureInfo.InvariantCulture, $"Alerts {shown} {(_showClosed ? "" : "open ")}of {Model.AlertCount}");

    protected override string DetailTitle(Alert item) =>
        $"{(item.RuleName.Length > 0 ? item.RuleName : item.RuleId)}  {Words.Of(item.Level).ToUpperInvariant()}  {Words.Short(item)}";

    protected override string CopyText(Alert item) => item.SourceIp.Length > 0 ? item.SourceIp : item.AlertId;

    protected override void Describe(Document document, Alert item)
    {
        document
            .Add(item.Title.Length > 0 ? item.Title : item.RuleName, Theme.RoleOf(item.Level))
            .Field("who", string.Join("  ", new[] { AlertSource.Of(item, named: 3), item.User, item.Host }.Where(part => part.Length > 0)))
            .Field("seen", $"{Times.Iso(item.FirstSeen)} to {Times.Iso(item.LastSeen)}, {Figures.Count(item.Count)} events{(item.Approximate ? " (approximately)" : "")}")
            .Field("why", item.Why)
            .Field("owner", item.Assignee)
            .Field("note", item.Note)
            .Field("state", item.StatusBy.Length > 0 ? $"{Words.Of(item.Status)} by {item.StatusBy} at {Times.Iso(item.StatusAt)}" : "")
            .Field("muted", item.InhibitedBy.Length > 0 ? "by alert " + item.InhibitedBy : "")
            .Field("quiet", item.DismissedUntil != 0 ? "until " + Times.Iso(item.DismissedUntil) : "");
        var detail = Model.StaleDetailOf(item);
        if (detail is null)
        {
            document.Add(Model.Link.IsUp ? "evidence: asking ..." : "evidence: was not asked for before the collector was lost", StyleRole.Dim);
        }
        else
        {
            document.Add(string.Create(CultureInfo.InvariantCulture, $"EVIDENCE  {detail.Events.Count} of {item.Count} events"), StyleRole.Title);
            foreach (var stored in detail.Events)
            {
                var e = stored.Event;
                document.Add($"{Times.ClockMillis(e.EventTime)} {EventTypes.Get(e.Type).Name} {EventSummary.Source(e)} {EventSummary.Who(e)} {EventSummary.Of(e)}");
            }

            document.Heading("TIMELINE");
            foreach (var change in detail.History)
            {
                document.Add($"{Times.Iso(change.Time)} {change.Actor} {change.What}");
            }
        }

        DescribeRule(document, item);
    }

    private static void DescribeRule(Document document, Alert item)
    {
        document.Heading("RULE")
            .Field("name", item.RuleName)
            .Field("about", item.Description)
            .Field("group", string.Join(", ", item.GroupKey.Select(p => $"{p.Field}={p.Value}")))
            .Field("tags", string.Join(", ", item.Tags));
        foreach (var reason in item.FalsePositives)
        {
            document.Field("may be", reason);
        }

        document.Field("before", item.PreviousAlertId).Field("id", item.AlertId);
    }

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        yield return new("alerts.ack", ["a"], "ack", () => Change(AlertStatus.Acknowledged, ""), WhyNot);
        yield return new("alerts.resolve", ["r"], "resolve", () => Ask("Resolve", AlertStatus.Resolved), WhyNot, Danger.Confirm);
        yield return new("alerts.dismiss", ["x"], "dismiss", () => Ask("Dismiss", AlertStatus.Dismissed), WhyNot, Danger.Confirm);
        yield return new("alerts.assign", ["@"], "assign", Assign, WhyNot);
        yield return new("alerts.note", ["n"], "note", Note, WhyNot);
        yield return new("alerts.events", ["e"], "events", ShowEvents, WhyNoItem);
        yield return new("alerts.source", ["s"], "source", () => Screens.Show("sources", SelectedItem!.SourceIp), () => SelectedItem is { SourceIp.Length: > 0 } ? null : "the alert has no single source");
        yield return new("alerts.explain", ["E"], "explain", Explain, WhyNoItem);
        yield return new("alerts.incident", ["i"], "incident", ShowIncident, () => SelectedItem is { IncidentId.Length: > 0 } ? null : "the alert is in no incident");
        yield return new("alerts.silence", ["Q"], "silence", Silence, WhyNot, InFooter: false);
        yield return new("alerts.calls", ["C"], "calls", () => Screens.Show("calls", SelectedItem!.SourceIp), () => SelectedItem is { SourceIp.Length: > 0 } ? null : "the alert has no single source", InFooter: false);
        yield return new("alerts.rule", ["ctrl-r"], "rule", () => Screens.Show("rules", "rule:" + SelectedItem!.RuleName), WhyNoItem, InFooter: false);
        yield return new("alerts.closed", ["z"], "closed too", () => _showClosed = !_showClosed);
    }

    private static List<TableColumn<Alert>> ColumnsFor(ConsoleScreens screens) =>
    [
        new("S", 1, a => Words.Letter(a.Level).ToString(), Role: a => Theme.RoleOf(a.Level), Sort: a => (int)a.Level),
        new("STATE", 5, Words.Short, Priority: 4),
        new("ALERT", 22, a => a.Title.Length > 0 ? a.Title : a.RuleName, Stretch: true),
        new("SOURCE", 15, a => AlertSource.Of(a)),
        new("LAST", 11, a => Times.Short(a.LastSeen, screens.Now), Priority: 2, Sort: a => a.LastSeen),
        new("HITS", 7, a => Figures.Count(a.Count), Right: true, Sort: a => a.Count),
        new("OWNER", 6, a => a.Assignee.Length > 0 ? a.Assignee : a.StatusBy.Length > 0 ? a.StatusBy : "-", Priority: 3),
        new("HOST", 8, a => a.Host.Length > 0 ? a.Host : "-", Priority: 6),
        new("RULE", 16, a => a.RuleName, Priority: 7),
    ];

    private string? WhyNoItem() => Table.Selected is null ? "nothing is selected" : null;

    private string? WhyNot() => WhyNoItem() ?? Screens.WhyReadOnly();

    private void Ask(string verb, AlertStatus status)
    {
        var chosen = Table.Chosen();
        var question = chosen.Count == 1 ? $"{verb} this alert?" : $"{verb} {chosen.Count} alerts?";
        var impact = chosen.Take(5).Select(row => $"{row.Item.Title} {row.Item.SourceIp}").ToList();
        Screens.Confirm(question, impact, () => Screens.AskText($"{verb}: reason (may be empty): ", "", reason => Change(status, reason)));
    }

    /// <summary>Which events made it fire, and how each met the rule.</summary>
    private void Explain()
    {
        var alert = SelectedItem!;
        var document = new Document().Add("asking the collector ...", StyleRole.Dim);
        Screens.Push(new DetailView(Screens, () => $"Why {(alert.RuleName.Length > 0 ? alert.RuleName : alert.RuleId)} fired", () => document, []));
        Screens.Load((collector, cancellation) => collector.ExplainAlertAsync(alert.AlertId, cancellation), explained =>
        {
            document = new Document();
            foreach (var line in IncidentReport.Explain(explained))
            {
                document.Add(line, line.StartsWith("EVENTS", StringComparison.Ordinal) ? StyleRole.Title : line.StartsWith("* ", StringComparison.Ordinal) ? StyleRole.Strong : StyleRole.Text);
            }
        });
    }

    private void ShowIncident()
    {
        var id = SelectedItem!.IncidentId;
        Screens.Show("incidents", "");
        ((IncidentsView)Screens.Top).Reveal(id);
    }

    private void Silence()
    {
        var alert = SelectedItem!;
        var rule = alert.RuleName.Length > 0 ? alert.RuleName : alert.RuleId;
        Screens.Choose("Keep quiet", () =>
        [
            new($"this rule from {alert.SourceIp}", () => Screens.AskSilence($"rule:{rule} source:{alert.SourceIp} for:24h "), "s", Why: alert.SourceIp.Length > 0 ? null : "it has no single source"),
            new($"this rule on {alert.Host}", () => Screens.AskSilence($"rule:{rule} host:{alert.Host} for:24h "), "h", Why: alert.Host.Length > 0 ? null : "it has no host"),
            new($"this rule for {alert.User}", () => Screens.AskSilence($"rule:{rule} user:{alert.User} for:24h "), "u", Why: alert.User.Length > 0 ? null : "it has no user"),
            new("this rule altogether", () => Screens.AskSilence($"rule:{rule} for:1h "), "r"),
            new($"everything from {alert.SourceIp}", () => Screens.AskSilence($"source:{alert.SourceIp} for:24h "), "a", Why: alert.SourceIp.Length > 0 ? null : "it has no single source"),
            new($"everything on {alert.Host} (planned work)", () => Screens.AskSilence($"host:{alert.Host} for:1h "), "w", Why: alert.Host.Length > 0 ? null : "it has no host"),
        ]);
    }

    private void Assign() => Screens.AskText("assign to: ", Model.Me?.Name ?? "", name => Update(
        Table.Chosen(), (request, _) => request.Assignee = name, $"Assigned to {name}", null));

    private void Note() => Screens.AskText("note: ", "", text => Update(
        Table.Chosen(), (request, _) => request.Note = text, "Noted", null));

    private void ShowEvents()
    {
        var alert = SelectedItem!;
        if (alert.SourceIp.Length > 0)
        {
            Screens.Show("events", $"source.ip:{alert.SourceIp}");
        }
        else
        {
            Open(alert);
        }
    }

    private void Change(AlertStatus status, string reason)
    {
        var chosen = Table.Chosen();
        var before = chosen.ToDictionary(row => row.Id, row => row.Item.Status);
        var what = chosen.Count == 1 ? $"{Words.Of(status)}: {chosen[0].Item.Title}" : $"{chosen.Count} alerts {Words.Of(status)}";
        Update(
            chosen,
            (request, _) => (request.Status, request.Reason) = (status, reason),
            what,
            () => Update(
                [.. chosen.Select(row => row with { Item = Model.FindAlert(row.Id) ?? row.Item })],
                (request, row) => request.Status = before[row.Id],
                "Undone",
                null));
        Table.Marks.Clear();
    }

    private void Update(
        IReadOnlyList<TableRow<Alert>> rows, Action<UpdateAlertRequest, TableRow<Alert>> fill, string done, Action? undo)
    {
        Screens.Change(
            async (collector, cancellation) =>
            {
                var updated = new List<Alert>();
                foreach (var row in rows)
                {
                    updated.Add(await UpdateOneAsync(collector, row, fill, cancellation));
                }

                return updated;
            },
            updated =>
            {
                updated.ForEach(Model.Put);
                if (undo is null)
                {
                    Screens.Toast(done);
                }
                else
                {
                    Screens.OfferUndo(done, undo);
                }
            });
    }

    /// <summary>
    /// An alert that is being hit changes its revision all the time: the change is tried again when only that happened,
    /// and refused when somebody else changed its state.
    /// </summary>
    private static async Task<Alert> UpdateOneAsync(
        ICollector collector, TableRow<Alert> row, Action<UpdateAlertRequest, TableRow<Alert>> fill, CancellationToken cancellation)
    {
        const int tries = 5;
        var seen = row.Item;
        for (var i = 1; ; i++)
        {
            var request = new UpdateAlertRequest { AlertId = row.Id, Revision = seen.Revision };
            fill(request, row);
            try
            {
                return await collector.UpdateAlertAsync(request, cancellation);
            }
            catch (CollectorException e) when (e.Failure == CollectorFailure.Conflict && i < tries)
            {
                var now = (await collector.GetAlertAsync(row.Id, cancellation)).Alert;
                if (now.Revision == seen.Revision || (now.Status, now.StatusBy, now.StatusAt) != (seen.Status, seen.StatusBy, seen.StatusAt))
                {
                    throw;
                }

                seen = now;
            }
        }
    }

    private void AskDetail()
    {
        if (SelectedItem is not { } alert || Model.DetailOf(alert) is not null || _asked == alert.AlertId + alert.Revision || !Model.Link.IsUp)
        {
            return;
        }

        _asked = alert.AlertId + alert.Revision;
        Screens.Load((collector, cancellation) => collector.GetAlertAsync(alert.AlertId, cancellation), Model.PutDetail);
    }
}
