using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>The entries of one list.</summary>
internal sealed class EntriesView(ConsoleScreens screens, string list) : ListView<ListEntry>(
    screens,
    [
        new("VALUE", 20, e => e.Value, Stretch: true),
        new("LEFT", 5, e => e.Expires == 0 ? "-" : ListState.Left(e.Expires, screens.Now), Right: true, Sort: e => e.Expires == 0 ? double.MaxValue : e.Expires),
        new("BY", 10, e => e.CreatedBy.Length > 0 ? e.CreatedBy : "-", Priority: 1),
        new("SINCE", 11, e => Times.Short(e.Created, screens.Now), Priority: 2, Sort: e => e.Created),
        new("ORIGIN", 13, e => e.Origin, Priority: 3),
        new("COMMENT", 24, e => e.Comment.Length > 0 ? e.Comment : "-"),
    ])
{
    public override string Id => "entries";

    public override string Title => list;

    public override string Breadcrumb => list;

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(10);

    protected override Listing<ListEntry> Listing => NamedListListing.Entries;

    protected override string EmptyText => "The list is empty. a adds to it.";

    protected override bool IsKnown => true;

    protected override object ItemsVersion => (Model.Entries, CellsVersion);

    protected override object CellsVersion => Screens.Now.Minute;

    public override void Refresh() => Screens.LoadEntries();

    protected override IEnumerable<ListEntry> Items() => Model.Entries.Where(e => e.List == list);

    protected override string KeyOf(ListEntry item) => $"{item.Value} {item.Origin}";

    protected override string ListTitle(int shown) => string.Create(CultureInfo.InvariantCulture, $"{list}  {shown} entries");

    protected override string DetailTitle(ListEntry item) => item.Value;

    protected override string CopyText(ListEntry item) => item.Value;

    protected override void Describe(Document document, ListEntry item) => document
        .Field("value", item.Value)
        .Field("comment", item.Comment)
        .Field("by", item.CreatedBy)
        .Field("since", Times.Iso(item.Created))
        .Field("until", item.Expires == 0 ? "for good" : Times.Iso(item.Expires))
        .Field("origin", item.Origin is "console" or "" ? "" : item.Origin + " (it is changed there)");

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        yield return new("entries.add", ["a"], "add", () => Screens.AskEntries(list), Screens.WhyReadOnly);
        yield return new("entries.remove", ["d"], "remove", Remove, WhyNot, Danger.Confirm);
        yield return new("entries.events", ["e"], "events", () => Screens.Show("events", $"source.ip:{SelectedItem!.Value}"), () => SelectedItem is { } e && Addresses.IsAddressOrNetwork(e.Value) ? null : "it is no address");
    }

    private string? WhyNot() => SelectedItem is not { } entry ? "nothing is selected" : entry.Origin is not ("console" or "") ? $"it stands in {entry.Origin}" : Screens.WhyReadOnly();

    private void Remove()
    {
        var chosen = Table.Chosen().Select(row => row.Item).Where(e => e.Origin is "console" or "").ToList();
        Screens.Confirm(
            chosen.Count == 1 ? $"Take {chosen[0].Value} off {list}?" : $"Take {chosen.Count} entries off {list}?",
            [.. chosen.Take(5).Select(e => $"{e.Value} {e.Comment}")],
            () => Screens.RemoveEntries(list, chosen));
        Table.Marks.Clear();
    }
}
