using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Detection rules: what each looks for, how often it hit, and whether it is on.</summary>
internal sealed class RulesView(ConsoleScreens screens) : ListView<Rule>(
    screens,
    [
        new("ST", 3, RuleListing.State, Role: r => r.Enabled ? r.DryRun ? StyleRole.Medium : StyleRole.Good : StyleRole.Dim),
        new("S", 1, r => Words.Letter(r.Level).ToString(), Role: r => Theme.RoleOf(r.Level), Sort: r => (int)r.Level),
        new("RULE", 20, r => r.Name.Length > 0 ? r.Name : r.Id, Stretch: true),
        new("KIND", 16, r => r.Kind, Priority: 3),
        new("BY", 16, r => string.Join(',', r.GroupBy), Priority: 4),
        new("WINDOW", 6, r => r.WindowMs == 0 ? "-" : Times.Length(TimeSpan.FromMilliseconds(Math.Min(r.WindowMs, 1UL << 40))), Right: true, Priority: 2, Sort: r => r.WindowMs),
        new("HITS", 7, r => Figures.Count(r.Hits), Right: true, Sort: r => r.Hits),
        new("LAST HIT", 11, r => Times.Short(r.LastHit, screens.Now), Priority: 1, Sort: r => r.LastHit),
    ])
{
    public override string Id => "rules";

    public override string Title => "Rules";

    public override string ShortTitle => "Rule";

    public override IReadOnlyList<string> Aliases => ["rule"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(5);

    protected override string EmptyText => "No rules are loaded.";

    protected override object ItemsVersion => Model.Rules;

    public override void Refresh() => Screens.Load(
        async (collector, cancellation) =>
            (await collector.ListRulesAsync(cancellation)).OrderByDescending(r => r.Level).ThenBy(r => r.Name, StringComparer.Ordinal).ToList(),
        rules => Model.Rules = Refreshed.Keep(Model.Rules, rules, r => r.Id));

    protected override IEnumerable<Rule> Items() => Model.Rules;

    protected override string KeyOf(Rule item) => item.Id;

    protected override string ListTitle(int shown) => string.Create(
        CultureInfo.InvariantCulture,
        $"Rules  {Model.Rules.Count(r => r.Enabled && !r.DryRun)} on  {Model.Rules.Count(r => !r.Enabled)} off  {Model.Rules.Count(r => r.Enabled && r.DryRun)} dry-run");

    protected override string DetailTitle(Rule item) => $"{(item.Name.Length > 0 ? item.Name : item.Id)}  {RuleListing.State(item)}";

    protected override void Describe(Document document, Rule item)
    {
        document
            .Add(item.Title, Theme.RoleOf(item.Level))
            .Field("about", item.Description)
            .Field("kind", item.Kind)
            .Field("when", item.Condition)
            .Field("by", string.Join(", ", item.GroupBy))
            .Field("window", item.WindowMs == 0 ? "" : Times.Length(TimeSpan.FromMilliseconds(Math.Min(item.WindowMs, 1UL << 40))))
            .Field("hits", $"{Figures.Count(item.Hits)}, last {Times.Iso(item.LastHit)}, {Figures.Count(item.Evaluated)} events evaluated")
            .Field("tags", string.Join(", ", item.Tags))
            .Field("file", item.File)
            .Field("id", item.Id);
    }

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        yield return new("rules.toggle", ["t"], "on/off", Toggle, WhyNot, Danger.Confirm);
        yield return new("rules.dry", ["d"], "dry-run", DryRun, WhyNot);
        yield return new("rules.alerts", ["a"], "alerts", () => Screens.Show("alerts", "rule:" + SelectedItem!.Name), () => Table.Selected is null ? "nothing is selected" : null);
    }

    private string? WhyNot() => Table.Selected is null ? "nothing is selected" : Screens.WhyReadOnly();

    private void Toggle()
    {
        var chosen = Table.Chosen().Select(row => row.Item).ToList();
        var on = !chosen[0].Enabled;
        Screens.Confirm(
            $"Switch {(chosen.Count == 1 ? chosen[0].Name : $"{chosen.Count} rules")} {(on ? "on" : "off")}?",
            [.. chosen.Take(5).Select(r => $"{r.Name}: {r.Hits} hits")],
            () => Set(chosen, (request, _) => request.Enabled = on, on ? "Switched on" : "Switched off", (request, rule) => request.Enabled = rule.Enabled));
    }

    private void DryRun()
    {
        var chosen = Table.Chosen().Select(row => row.Item).ToList();
        var dry = !chosen[0].DryRun;
        Set(chosen, (request, _) => request.DryRun = dry, dry ? "Dry-run: evaluated, raising nothing" : "Raising alerts again", (request, rule) => request.DryRun = rule.DryRun);
    }

    private void Set(List<Rule> rules, Action<SetRuleRequest, Rule> fill, string done, Action<SetRuleRequest, Rule>? undo)
    {
        Screens.Change(
            async (collector, cancellation) =>
            {
                foreach (var rule in rules)
                {
                    var request = new SetRuleRequest { Id = rule.Id };
                    fill(request, rule);
                    await collector.SetRuleAsync(request, cancellation);
                }

                return rules;
            },
            _ =>
            {
                Table.Marks.Clear();
                Refresh();
                if (undo is null)
                {
                    Screens.Toast(done);
                }
                else
                {
                    Screens.OfferUndo(done, () => Set(rules, undo, "Undone", null));
                }
            });
    }
}
