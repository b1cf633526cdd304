using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Addresses that the sensors saw, those with most failures first; the detail spans SIP, SSH and hosts.</summary>
internal sealed class SourcesView(ConsoleScreens screens) : ListView<Entity>(
    screens,
    [
        new("SOURCE", 16, e => e.Id, Stretch: true),
        new("WHO", 10, EntityFigures.Who, Priority: 4),
        new("EVENTS", 8, e => Figures.Count(e.Events), Right: true, Sort: e => e.Events),
        new("FAIL", 8, e => Figures.Count(EntityFigures.Failures(e)), Right: true, Sort: e => EntityFigures.Failures(e)),
        new("FAIL%", 5, e => Figures.Percent(EntityFigures.Failures(e), e.Events), Right: true, Priority: 3, Role: e => EntityFigures.Failures(e) * 2 > e.Events ? StyleRole.Bad : StyleRole.Text, Sort: e => (double)EntityFigures.Failures(e) / Math.Max(e.Events, 1)),
        new("ALERTS", 6, e => e.AlertIds.Count.ToString(CultureInfo.InvariantCulture), Right: true, Role: e => e.AlertIds.Count > 0 ? StyleRole.High : StyleRole.Text, Sort: e => e.AlertIds.Count),
        new("SCORE", 5, e => Score(screens.Model, e).ToString(CultureInfo.InvariantCulture), Right: true, Priority: 2, Role: e => Score(screens.Model, e) >= 50 ? StyleRole.Bad : StyleRole.Text, Sort: e => Score(screens.Model, e)),
        new("STATE", 9, e => screens.Model.Listed.Of(e.Id, screens.Now), Priority: 1, Role: e => screens.Model.Listed.Of(e.Id, screens.Now) is ['B', ..] ? StyleRole.Bad : StyleRole.Text),
        new("LAST", 11, e => Times.Short(e.LastSeen, screens.Now), Priority: 2, Sort: e => e.LastSeen),
        new("RULE", 16, e => WorstOf(screens.Model, e)?.RuleName ?? "-", Priority: 6, Role: e => WorstOf(screens.Model, e) is { } alert ? Theme.RoleOf(alert.Level) : StyleRole.Text),
        new("AGENT", 14, e => e.UserAgents.Count > 0 ? e.UserAgents[0] : "-", Priority: 5),
    ])
{
    private readonly Dictionary<string, GetEntityActivityResponse> _activity = new(StringComparer.Ordinal);
    private string? _asked;

    public override string Id => "sources";

    public override string Title => "Sources";

    public override string ShortTitle => "Src";

    public override IReadOnlyList<string> Aliases => ["source", "src"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(5);

    protected override string EmptyText => "No sources yet.";

    protected override object ItemsVersion => (Model.Sources, CellsVersion);

    // The states of listed sources run out by the minute.
    protected override object CellsVersion => (Model.Listed, Model.AlertsVersion, Screens.Now.Minute);

    protected override object? DetailVersion => SelectedItem is { } entity ? _activity.GetValueOrDefault(entity.Id) : null;

    public override void Refresh() => Screens.Load(
        async (collector, cancellation) =>
        {
            var sources = new List<Entity>();
            await foreach (var entity in collector.ListEntitiesAsync(new ListEntitiesRequest { Kind = "source", Order = "failures", Limit = 1000 }, cancellation))
            {
                sources.Add(entity);
            }

            return sources;
        },
        sources =>
        {
            Model.Sources = Refreshed.Keep(Model.Sources, sources, e => e.Id);
            Screens.LoadEntries();
        });

    public override IReadOnlyList<string> ChosenSources() => [.. Table.Chosen().Select(row => row.Id)];

    public override void Draw(Tui.Surface surface)
    {
        base.Draw(surface);
        if (SelectedItem is { } entity && _asked != entity.Id && Model.Link.IsUp)
        {
            _asked = entity.Id;
            Screens.Load(
                (collector, cancellation) => collector.GetEntityActivityAsync(new GetEntityActivityRequest { Kind = entity.Kind, Id = entity.Id }, cancellation),
                activity =>
                {
                    if (_activity.Count >= 64)
                    {
                        _activity.Clear();
                    }

                    _activity[entity.Id] = activity;
                });
        }
    }

    protected override IEnumerable<Entity> Items() => Model.Sources;

    protected override Listing<Entity> Listing => EntityListing.Listing;

    protected override string KeyOf(Entity item) => item.Id;

    protected override string ListTitle(int shown) => string.Create(CultureInfo.InvariantCulture, $"Sources  {shown} of {Model.Sources.Count}");

    protected override string ListNote() => $"blocked {Model.Listed.Count(ListState.Blocked)}  allowed {Model.Listed.Count(ListState.Trusted)}";

    protected override string DetailTitle(Entity item) => $"{item.Id}  {Model.Listed.Of(item.Id, Screens.Now)}".TrimEnd(' ', '-') + $"  score {Score(Model, item)}";

    protected override void Describe(Document document, Entity item)
    {
        document
            .Field("seen", $"{Times.Iso(item.FirstSeen)} to {Times.Iso(item.LastSeen)}")
            .Field("who", EntityFigures.Who(item))
            .Field("listed", ListedAs(item.Id))
            .Field("hosts", string.Join(", ", item.Hosts))
            .Field("agents", string.Join(", ", item.UserAgents));
        document.Field("types", string.Join("  ", item.Counts.OrderByDescending(c => c.Value).Select(c => $"{c.Key} {c.Value}")));
        foreach (var id in item.AlertIds.Take(20))
        {
            var alert = Model.FindAlert(id);
            document.Field("alert", alert is null ? id : $"{Words.Letter(alert.Level)} {Words.Short(alert)} {alert.Title}", alert is null ? StyleRole.Text : Theme.RoleOf(alert.Level));
        }

        if (_activity.GetValueOrDefault(item.Id) is not { } activity)
        {
            return;
        }

        document.Field("failed", $"{Figures.Count(activity.FailedAuthentications)} authentications");
        document.Field("calls", Figures.Count(activity.Calls)).Heading("RECENT");
        foreach (var stored in activity.Recent)
        {
            var e = stored.Event;
            document.Add($"{Times.Short(e.EventTime, Screens.Now)} {EventTypes.Get(e.Type).Name} {EventSummary.Who(e)} {EventSummary.Of(e)}");
        }
    }

    /// <summary>The entries of lists that hold it, in words.</summary>
    private string ListedAs(string source) => string.Join("; ", new[] { ListState.Blocked, ListState.Trusted, ListState.Watched }
        .Select(list => Model.Listed.Find(list, source)).OfType<ListEntry>()
        .Select(e => $"{e.List} as {e.Value} by {e.CreatedBy}{(e.Expires == 0 ? "" : $", {ListState.Left(e.Expires, Screens.Now)} left")} {e.Comment}".TrimEnd()));

    private static int Score(ConsoleModel model, Entity entity) =>
        EntityFigures.Score(entity, entity.AlertIds.Select(model.FindAlert).OfType<Alert>().Where(a => Words.IsOpen(a.Status)));

    /// <summary>The most severe alert of a source that is open; null: none.</summary>
    private static Alert? WorstOf(ConsoleModel model, Entity entity) =>
        entity.AlertIds.Select(model.FindAlert).OfType<Alert>().Where(a => Words.IsOpen(a.Status)).MaxBy(a => a.Level);

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        Func<string?> needsItem = () => Table.Selected is null ? "nothing is selected" : null;
        yield return new("sources.events", ["e"], "events", () => Screens.Show("events", $"source.ip:{SelectedItem!.Id}"), needsItem);
        yield return new("sources.alerts", ["a"], "alerts", () => Screens.Show("alerts", SelectedItem!.Id), needsItem);
        yield return new("sources.calls", ["C"], "calls", () => Screens.Show("calls", SelectedItem!.Id), needsItem);
    }
}
