using System.Globalization;
using SensorNet.Console.Cli;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Detection rules: what each looks for, how often it hit, and whether it is on.</summary>
internal sealed partial class RulesView(ConsoleScreens screens) : ListView<Rule>(
    screens,
    [
        new("ST", 3, RuleListing.State, Role: r => r.Enabled ? r.DryRun ? StyleRole.Medium : StyleRole.Good : StyleRole.Dim),
        new("S", 1, r => Words.Letter(r.Level).ToString(), Role: r => Theme.RoleOf(r.Level), Sort: r => (int)r.Level),
        new("RULE", 20, r => r.Name.Length > 0 ? r.Name : r.Id, Stretch: true),
        new("BY", 8, RuleText.By, Priority: 4),
        new("THRESH", 9, RuleText.Threshold, Right: true, Priority: 2),
        new("1H", 4, r => InParentheses(r, Figures.Short(r.Hits1H)), Right: true, Sort: r => r.Hits1H),
        new("24H", 5, r => InParentheses(r, Figures.Short(r.Hits24H)), Right: true, Sort: r => r.Hits24H),
        new("US/EV", 5, r => r.CostUs.ToString("0.00", CultureInfo.InvariantCulture), Right: true, Priority: 5, Sort: r => r.CostUs),
        new("REV", 4, r => r.Revision == 0 ? "-" : r.Revision.ToString(CultureInfo.InvariantCulture) + (r.Tuned ? "*" : ""), Right: true, Priority: 6, Sort: r => r.Revision),
        new("ACTION", 6, r => r.RaisesAlerts ? "alert" : "feeds", Priority: 7),
        new("KIND", 12, r => r.Kind, Priority: 8),
        new("LAST HIT", 11, r => Times.Short(r.LastHit, screens.Now), Priority: 1, Sort: r => r.LastHit),
    ])
{
    private readonly Dictionary<string, GetRuleResponse> _details = new(StringComparer.Ordinal);
    private (string Id, uint Revision) _asked;

    public override string Id => "rules";

    public override string Title => "Rules";

    public override string ShortTitle => "Rule";

    public override IReadOnlyList<string> Aliases => ["rule"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(5);

    protected override string MarkKey => "m";

    protected override string EmptyText => "No rules are loaded.";

    protected override object ItemsVersion => Model.Rules;

    public override void Refresh() => Screens.Load(
        async (collector, cancellation) =>
            (await collector.ListRulesAsync(cancellation)).OrderByDescending(r => r.Level).ThenBy(r => r.Name, StringComparer.Ordinal).ToList(),
        rules => Model.Rules = Refreshed.Keep(Model.Rules, rules, r => r.Id));

    protected override IEnumerable<Rule> Items() => Model.Rules;

    protected override Listing<Rule> Listing => RuleListing.Listing;

    protected override string KeyOf(Rule item) => item.Id;

    protected override string ListTitle(int shown) => string.Create(
        CultureInfo.InvariantCulture,
        $"Rules  {Model.Rules.Count(r => r.Enabled && !r.DryRun)} on  {Model.Rules.Count(r => !r.Enabled)} off  {Model.Rules.Count(r => r.Enabled && r.DryRun)} dry-run");

    protected override string DetailTitle(Rule item) => $"{(item.Name.Length > 0 ? item.Name : item.Id)}  {RuleListing.State(item)}";

    protected override object? DetailVersion => SelectedItem is { } rule ? _details.GetValueOrDefault(rule.Id) : null;

    public override void Draw(Tui.Surface surface)
    {
        base.Draw(surface);
        if (SelectedItem is { } rule && Model.Link.IsUp && _asked != (rule.Id, rule.Revision))
        {
            _asked = (rule.Id, rule.Revision);
            AskDetail(rule);
        }
    }

    protected override void Describe(Document document, Rule item)
    {
        foreach (var line in RuleReport.Lines(_details.GetValueOrDefault(item.Id) ?? new GetRuleResponse { Rule = item }, Screens.Now))
        {
            document.Add(line.TrimStart(), document.Lines.Count == 0 ? Theme.RoleOf(item.Level) : StyleRole.Text);
        }

        if (_details.GetValueOrDefault(item.Id) is { Yaml.Length: > 0 } detail)
        {
            document.Heading("TEXT");
            foreach (var line in detail.Yaml.Split('\n'))
            {
                document.Add(line.TrimEnd('\r'), StyleRole.Dim);
            }
        }
    }

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        Func<string?> needsItem = () => Table.Selected is null ? "nothing is selected" : null;
        yield return new("rules.toggle", ["space"], "on/off", Toggle, WhyNot, Danger.Confirm);
        yield return new("rules.dry", ["d"], "dry-run", DryRun, WhyNot, Danger.Confirm);
        yield return new("rules.tune", ["t"], "tune", Tune, WhyNot);
        yield return new("rules.test", ["T"], "replay test", Test, () => needsItem() ?? WhyNoTest());
        yield return new("rules.edit", ["e"], "edit", Edit, () => needsItem() ?? WhyNoTest());
        yield return new("rules.history", ["h"], "history", History, needsItem);
        yield return new("rules.alerts", ["a"], "alerts", () => Screens.Show("alerts", "rule:" + SelectedItem!.Name), needsItem);
        yield return new("rules.reload", ["L"], "reload files", Reload, Screens.WhyReadOnly, InFooter: false);
    }

    private string? WhyNot() => Table.Selected is null ? "nothing is selected" : Screens.WhyReadOnly();

    private void Toggle()
    {
        var chosen = Table.Chosen().Select(row => row.Item).ToList();
        var on = !chosen[0].Enabled;
        Screens.Confirm(
            $"Switch {Name(chosen)} {(on ? "on" : "off")}?",
            [.. chosen.Take(5).Select(r => $"{r.Name}: {r.Hits24H} hits in 24h")],
            () => Set(chosen, (request, _) => request.Enabled = on, on ? "Switched on" : "Switched off", (request, rule) => request.Enabled = rule.Enabled));
    }

    private void DryRun()
    {
        var chosen = Table.Chosen().Select(row => row.Item).ToList();
        var dry = !chosen[0].DryRun;
        Screens.Confirm(
            dry ? $"Let {Name(chosen)} raise no alerts (dry-run)?" : $"Let {Name(chosen)} raise alerts again?",
            [.. chosen.Take(5).Select(r => $"{r.Name}: {r.Hits24H} hits in 24h")],
            () => Set(chosen, (request, _) => request.DryRun = dry, dry ? "Dry-run: evaluated, raising nothing" : "Raising alerts again", (request, rule) => request.DryRun = rule.DryRun));
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

    private static string Name(List<Rule> rules) => rules.Count == 1 ? rules[0].Name : $"{rules.Count} rules";

    /// <summary>Firings of a rule that only tries itself out are in parentheses.</summary>
    private static string InParentheses(Rule rule, string figure) => rule.DryRun ? $"({figure})" : figure;
}
