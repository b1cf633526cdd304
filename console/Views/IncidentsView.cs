using System.Globalization;
using SensorNet.Console.Cli;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>What one source, user or host did, as one story: the alerts that belong together, triaged together.</summary>
internal sealed class IncidentsView(ConsoleScreens screens) : ListView<Incident>(
    screens,
    [
        new("S", 1, i => Words.Letter(i.Level).ToString(), Role: i => Theme.RoleOf(i.Level), Sort: i => (int)i.Level),
        new("STATE", 5, i => Words.Short(i.Status), Priority: 4),
        new("INCIDENT", 20, i => i.Title, Stretch: true),
        new("SUBJECT", 17, i => i.Subject),
        new("ALERTS", 6, IncidentListing.Alerts, Right: true, Sort: i => i.AlertCount),
        new("EVENTS", 7, i => Figures.Short(i.Events), Right: true, Priority: 3, Sort: i => i.Events),
        new("LAST", 11, i => Times.Short(i.LastSeen, screens.Now), Priority: 1, Sort: i => i.LastSeen),
        new("OWNER", 6, i => i.Assignee.Length > 0 ? i.Assignee : "-", Priority: 5),
        new("HOSTS", 10, i => i.Hosts.Count == 0 ? "-" : string.Join(',', i.Hosts), Priority: 6),
        new("KIND", 6, i => i.Kind, Priority: 7),
    ])
{
    private readonly Dictionary<string, GetIncidentResponse> _details = new(StringComparer.Ordinal);
    private (string Id, long LastSeen, uint Open) _asked;
    private bool _showClosed;

    public override string Id => "incidents";

    public override string Title => "Incidents";

    public override string ShortTitle => "Inc";

    public override IReadOnlyList<string> Aliases => ["incident", "inc"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(5);

    protected override Listing<Incident> Listing => IncidentListing.Listing;

    protected override string EmptyText => Model.Incidents.Count == 0
        ? "No incidents. Alerts of one source, user or host that belong together become one."
        : "No open incidents. z shows the closed ones as well.";

    protected override object ItemsVersion => (Model.Incidents, _showClosed);

    protected override object? DetailVersion => SelectedItem is { } incident ? _details.GetValueOrDefault(incident.IncidentId) : null;

    public override void Refresh() => Screens.Load(
        async (collector, cancellation) =>
        {
            var incidents = new List<Incident>();
            await foreach (var incident in collector.ListIncidentsAsync(new ListIncidentsRequest { Limit = 1000 }, cancellation))
            {
                incidents.Add(incident);
            }

            return incidents.OrderByDescending(i => Words.IsOpen(i.Status)).ThenByDescending(i => i.Level).ThenByDescending(i => i.LastSeen).ThenBy(i => i.IncidentId, StringComparer.Ordinal).ToList();
        },
        incidents => Model.Incidents = Refreshed.Keep(Model.Incidents, incidents, i => i.IncidentId));

    public override IReadOnlyList<string> ChosenSources() =>
        [.. Table.Chosen().SelectMany(row => row.Item.Kind == "source" ? [row.Item.Subject] : row.Item.Sources.AsEnumerable()).Distinct()];

    /// <summary>Selects an incident, also one that the list hides.</summary>
    public void Reveal(string incidentId)
    {
        _showClosed |= Model.Incidents.FirstOrDefault(i => i.IncidentId == incidentId) is { } incident && !Words.IsOpen(incident.Status);
        UpdateRows();
        Table.Select(incidentId);
    }

    public override void Draw(Tui.Surface surface)
    {
        base.Draw(surface);
        if (SelectedItem is { } incident && Model.Link.IsUp && _asked != (incident.IncidentId, incident.LastSeen, incident.OpenCount))
        {
            _asked = (incident.IncidentId, incident.LastSeen, incident.OpenCount);
            Screens.Load(
                (collector, cancellation) => collector.GetIncidentAsync(incident.IncidentId, cancellation),
                detail =>
                {
                    if (_details.Count >= 32)
                    {
                        _details.Clear();
                    }

                    _details[detail.Incident.IncidentId] = detail;
                });
        }
    }

    protected override IEnumerable<Incident> Items() => _showClosed ? Model.Incidents : Model.Incidents.Where(i => Words.IsOpen(i.Status));

    protected override string KeyOf(Incident item) => item.IncidentId;

    protected override string ListTitle(int shown) => string.Create(CultureInfo.InvariantCulture, $"Incidents {shown} {(_showClosed ? "" : "open ")}of {Model.Incidents.Count}");

    protected override string DetailTitle(Incident item) => $"{item.Kind} {item.Subject}  {Words.Of(item.Level).ToUpperInvariant()}  {Words.Short(item.Status)}";

    protected override string CopyText(Incident item) => item.Subject;

    protected override void Describe(Document document, Incident item)
    {
        document
            .Add(item.Title, Theme.RoleOf(item.Level))
            .Field("seen", string.Create(CultureInfo.InvariantCulture, $"{Times.Iso(item.FirstSeen)} to {Times.Iso(item.LastSeen)}, {item.Events:N0} events"))
            .Field("hosts", string.Join(", ", item.Hosts))
            .Field("from", item.Kind == "source" ? "" : string.Join(", ", item.Sources))
            .Field("rules", string.Join(", ", item.Rules))
            .Field("owner", item.Assignee);
        if (_details.GetValueOrDefault(item.IncidentId) is not { } detail)
        {
            document.Add("alerts: asking ...", StyleRole.Dim);
            return;
        }

        document.Heading("ALERTS");
        foreach (var alert in detail.Alerts)
        {
            document.Add($"{Words.Letter(alert.Level)} {Words.Short(alert)} {Times.Short(alert.FirstSeen, Screens.Now)} {alert.Title} {Figures.Count(alert.Count)} events {alert.Host}", Theme.RoleOf(alert.Level));
        }

        document.Heading("TIMELINE");
        foreach (var moment in detail.Timeline)
        {
            document.Add(IncidentReport.Moment(moment), moment.Kind == "raised" ? Theme.RoleOf(moment.Level) : moment.Kind == "change" ? StyleRole.Good : StyleRole.Text);
        }

        document.Field("id", item.IncidentId);
    }

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        yield return new("incidents.ack", ["a"], "ack", () => Change(AlertStatus.Acknowledged, ""), WhyNot);
        yield return new("incidents.resolve", ["r"], "resolve", () => Ask("Resolve", AlertStatus.Resolved), WhyNot, Danger.Confirm);
        yield return new("incidents.dismiss", ["x"], "dismiss", () => Ask("Dismiss", AlertStatus.Dismissed), WhyNot, Danger.Confirm);
        yield return new("incidents.assign", ["@"], "assign", () => Screens.AskText("assign to: ", Model.Me?.Name ?? "", name => Send(r => r.Assignee = name, $"Assigned to {name}", null)), WhyNot);
        yield return new("incidents.note", ["n"], "note", () => Screens.AskText("note: ", "", text => Send(r => r.Note = text, "Noted", null)), WhyNot);
        yield return new("incidents.alerts", ["i"], "alerts", () => Screens.Show("alerts", SelectedItem!.Subject), WhyNoItem);
        yield return new("incidents.events", ["e"], "events", ShowEvents, WhyNoItem);
        yield return new("incidents.source", ["s"], "source", () => Screens.Show("sources", ChosenSources()[0]), () => ChosenSources().Count > 0 ? null : "no source is known");
        yield return new("incidents.closed", ["z"], "closed too", () => _showClosed = !_showClosed);
    }

    private string? WhyNoItem() => Table.Selected is null ? "nothing is selected" : null;

    private string? WhyNot() => WhyNoItem() ?? Screens.WhyReadOnly();

    private void ShowEvents()
    {
        var incident = SelectedItem!;
        Screens.Show("events", incident.Kind switch
        {
            "source" => $"source.ip:{incident.Subject}",
            "host" => $"host.name:\"{incident.Subject}\"",
            _ => $"user.name:\"{incident.Subject}\" or user.aor:\"{incident.Subject}\"",
        });
    }

    private void Ask(string verb, AlertStatus status)
    {
        var chosen = Table.Chosen();
        Screens.Confirm(
            chosen.Count == 1 ? $"{verb} this incident?" : $"{verb} {chosen.Count} incidents?",
            [.. chosen.Take(5).Select(row => $"{row.Item.Title} {row.Item.Subject}: {row.Item.OpenCount} open alerts")],
            () => Screens.AskText($"{verb}: reason (may be empty): ", "", reason => Change(status, reason)));
    }

    private void Change(AlertStatus status, string reason)
    {
        var chosen = Table.Chosen().Select(row => row.Item).ToList();
        var open = chosen.SelectMany(i => i.AlertIds).Select(Model.FindAlert).OfType<Alert>().Where(a => Words.IsOpen(a.Status)).Select(a => (a.AlertId, a.Status)).ToList();
        Send(r => (r.Status, r.Reason) = (status, reason), $"{(chosen.Count == 1 ? chosen[0].Title : $"{chosen.Count} incidents")} {Words.Of(status)}", () => Restore(open));
        Table.Marks.Clear();
    }

    /// <summary>Gives each alert the state it had.</summary>
    private void Restore(List<(string Id, AlertStatus Status)> alerts) => Screens.Change(
        async (collector, cancellation) =>
        {
            foreach (var (id, status) in alerts)
            {
                await collector.UpdateAlertAsync(new UpdateAlertRequest { AlertId = id, Status = status }, cancellation);
            }

            return alerts.Count;
        },
        count =>
        {
            Screens.Toast($"Undone: {count} alerts");
            Refresh();
        });

    private void Send(Action<UpdateIncidentRequest> fill, string done, Action? undo)
    {
        var chosen = Table.Chosen().Select(row => row.Id).ToList();
        Screens.Change(
            async (collector, cancellation) =>
            {
                uint changed = 0;
                foreach (var id in chosen)
                {
                    var request = new UpdateIncidentRequest { IncidentId = id };
                    fill(request);
                    changed += (await collector.UpdateIncidentAsync(request, cancellation)).Changed;
                }

                return changed;
            },
            changed =>
            {
                if (undo is null)
                {
                    Screens.Toast($"{done} ({changed} alerts)");
                }
                else
                {
                    Screens.OfferUndo($"{done} ({changed} alerts)", undo);
                }

                Refresh();
            });
    }
}
