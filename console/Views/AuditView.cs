using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Who changed what.</summary>
internal sealed class AuditView(ConsoleScreens screens) : ListView<AuditEntry>(
    screens,
    [
        new("TIME", 11, a => Times.Short(a.Time, screens.Now), Sort: a => a.Time),
        new("ACTOR", 12, a => a.Actor.Length > 0 ? a.Actor : "-"),
        new("VIA", 14, a => a.Source.Length > 0 ? a.Source : "-", Priority: 3),
        new("ACTION", 12, a => a.Change?.Operation.ToUpperInvariant() ?? "-"),
        new("OBJECT", 20, AuditListing.Object, Priority: 1),
        new("CHANGE", 16, AuditListing.Change, Stretch: true),
    ])
{
    public override string Id => "audit";

    public override string Title => "Audit";

    public override string ShortTitle => "Aud";

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(5);

    protected override string EmptyText => "No changes are recorded, or your role may not see them (it needs admin).";

    protected override object ItemsVersion => Model.Audit;

    public override void Refresh() => Screens.Load(
        async (collector, cancellation) =>
        {
            var entries = new List<AuditEntry>();
            await foreach (var entry in collector.ListAuditAsync(new ListAuditRequest { Limit = 1000 }, cancellation))
            {
                entries.Add(entry);
            }

            return entries;
        },
        entries => Model.Audit = Refreshed.Keep(Model.Audit, entries, KeyOf));

    protected override IEnumerable<AuditEntry> Items() => Model.Audit;

    protected override Listing<AuditEntry> Listing => AuditListing.Listing;

    protected override string KeyOf(AuditEntry item) => string.Create(CultureInfo.InvariantCulture, $"{item.Number} {item.Time}");

    protected override string ListTitle(int shown) => string.Create(CultureInfo.InvariantCulture, $"Audit  {shown} of {Model.Audit.Count}");

    protected override string DetailTitle(AuditEntry item) => $"{AuditListing.Object(item)}  {item.Change?.Operation.ToUpperInvariant()}";

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        yield return new("audit.object", ["e"], "object", ShowObject, () => SelectedItem?.Change is { ClassName: "alert" or "rule" or "sensor" or "incident" or "silence" or "list" } ? null : "there is nothing to show of it");
    }

    /// <summary>Goes to what was changed.</summary>
    private void ShowObject()
    {
        var change = SelectedItem!.Change!;
        switch (change.ClassName)
        {
            case "alert":
                Screens.Show("alerts", "");
                ((AlertsView)Screens.Top).Reveal(change.ObjectId);
                break;
            case "incident":
                Screens.Show("incidents", "");
                ((IncidentsView)Screens.Top).Reveal(change.ObjectId);
                break;
            default:
                Screens.Show(change.ClassName + "s", change.ObjectId);
                break;
        }
    }

    protected override void Describe(Document document, AuditEntry item) => document
        .Field("time", Times.IsoMillis(item.Time))
        .Field("actor", item.Actor)
        .Field("from", item.Source)
        .Field("before", item.Change?.Before ?? "", StyleRole.Bad)
        .Field("after", item.Change?.After ?? "", StyleRole.Good);
}
