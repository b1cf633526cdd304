using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>The named lists that rules read: blocked and trusted sources, carriers, numbers. Enter opens one.</summary>
internal sealed class ListsView(ConsoleScreens screens) : ListView<NamedList>(
    screens,
    [
        new("LIST", 18, l => l.Name),
        new("KIND", 7, l => NamedListListing.Kind(l.Kind), Priority: 2),
        new("ENTRIES", 7, l => Figures.Short(l.Entries), Right: true, Sort: l => l.Entries),
        new("OWN", 5, l => Figures.Short(l.OwnEntries), Right: true, Priority: 1, Sort: l => l.OwnEntries),
        new("RULES", 5, l => l.Rules.Count.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 3, Sort: l => l.Rules.Count),
        new("DESCRIPTION", 16, l => l.Description.Length > 0 ? l.Description : "-", Stretch: true),
    ])
{
    public override string Id => "lists";

    public override string Title => "Lists";

    public override string ShortTitle => "List";

    public override IReadOnlyList<string> Aliases => ["list", "blocked"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(10);

    protected override Listing<NamedList> Listing => NamedListListing.Listing;

    protected override string? OpenTitle => "entries";

    protected override string EmptyText => "There are no lists, or your role may not see them.";

    protected override object ItemsVersion => (Model.Lists, Model.Entries);

    public override void Refresh()
    {
        Screens.Load(
            async (collector, cancellation) => (await collector.ListListsAsync(cancellation)).OrderByDescending(l => l.BuiltIn).ThenBy(l => l.Name, StringComparer.Ordinal).ToList(),
            lists => Model.Lists = Refreshed.Keep(Model.Lists, lists, l => l.Name));
        Screens.LoadEntries();
    }

    protected override IEnumerable<NamedList> Items() => Model.Lists;

    protected override string KeyOf(NamedList item) => item.Name;

    protected override string ListTitle(int shown) => string.Create(CultureInfo.InvariantCulture, $"Lists  {shown} of {Model.Lists.Count}");

    protected override string DetailTitle(NamedList item) => $"{item.Name}  {NamedListListing.Kind(item.Kind)}";

    protected override void Describe(Document document, NamedList item)
    {
        document
            .Add(item.Description)
            .Field("rules", string.Join(", ", item.Rules))
            .Heading("ENTRIES");
        foreach (var entry in Model.Entries.Where(e => e.List == item.Name).Take(100))
        {
            document.Add($"{entry.Value}  {(entry.Expires == 0 ? "" : ListState.Left(entry.Expires, Screens.Now) + " left")}  {entry.CreatedBy}  {entry.Comment}");
        }
    }

    protected override void Open(NamedList item) => Screens.Push(new EntriesView(Screens, item.Name));

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        yield return new("lists.add", ["a"], "add entry", () => Screens.AskEntries(SelectedItem?.Name ?? ""), () => SelectedItem is null ? "nothing is selected" : Screens.WhyReadOnly());
        yield return new("lists.new", ["N"], "new list", () => Screens.AskText("name of the new list: ", "", Screens.AskEntries), Screens.WhyReadOnly);
    }
}
