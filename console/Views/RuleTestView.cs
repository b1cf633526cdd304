using System.Globalization;
using SensorNet.Console.Cli;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>A rule tried on stored events: how far it is, what it finds, and how that differs from now.</summary>
internal sealed class RuleTestView : ListView<Alert>
{
    private readonly TestRuleRequest _request;
    private readonly List<Alert> _alerts = [];
    private TestProgress _progress = new();
    private TestSummary? _summary;
    private string? _problem;
    private int _version;

    public RuleTestView(ConsoleScreens screens, TestRuleRequest request)
        : base(
            screens,
            [
                new("S", 1, a => Words.Letter(a.Level).ToString(), Role: a => Theme.RoleOf(a.Level), Sort: a => (int)a.Level),
                new("ALERT", 20, a => a.Title.Length > 0 ? a.Title : a.RuleName, Stretch: true),
                new("SOURCE", 16, a => AlertSource.Of(a)),
                new("FIRST", 11, a => Times.Short(a.FirstSeen, screens.Now), Priority: 1, Sort: a => a.FirstSeen),
                new("LAST", 11, a => Times.Short(a.LastSeen, screens.Now), Priority: 2, Sort: a => a.LastSeen),
                new("HITS", 7, a => Figures.Count(a.Count), Right: true, Sort: a => a.Count),
            ])
    {
        _request = request;
        screens.Read((collector, cancellation) => collector.TestRuleAsync(request, cancellation), Take, failure => _problem = failure.Message);
    }

    /// <summary>Whether nothing more will come.</summary>
    public bool IsDone => _summary is not null || _problem is not null;

    public override string Id => "ruletest";

    public override string Title => $"Test {_request.Rule}";

    protected override Listing<Alert> Listing => AlertListing.Listing;

    protected override string EmptyText => _problem ?? (_summary is null ? "Reading the stored events ..." : "It would have raised no alert.");

    protected override bool IsKnown => true;

    protected override object ItemsVersion => _version;

    public override IReadOnlyList<string> ChosenSources() => [.. Table.Chosen().Select(row => row.Item.SourceIp).Where(s => s.Length > 0).Distinct()];

    protected override IEnumerable<Alert> Items() => _alerts;

    protected override string KeyOf(Alert item) => item.AlertId;

    protected override string ListTitle(int shown) => $"Test {_request.Rule} {RuleText.Of(_request.Thresholds)}";

    protected override string ListNote() => _summary is { } summary
        ? RuleReport.Test(summary, _request.Compare)[0]
        : string.Create(CultureInfo.InvariantCulture, $"{_progress.Done * 100:0}%  {_progress.Events:N0} events  {_progress.Alerts:N0} alerts");

    protected override string DetailTitle(Alert item) => item.RuleName;

    protected override void Describe(Document document, Alert item)
    {
        foreach (var line in _summary is null ? [] : RuleReport.Test(_summary, _request.Compare))
        {
            document.Add(line, StyleRole.Strong);
        }

        document
            .Field("who", string.Join("  ", new[] { AlertSource.Of(item, named: 3), item.User, item.Host }.Where(part => part.Length > 0)))
            .Field("seen", $"{Times.Iso(item.FirstSeen)} to {Times.Iso(item.LastSeen)}, {Figures.Count(item.Count)} events")
            .Field("why", item.Why);
    }

    private void Take(TestRuleResponse part)
    {
        _version++;
        switch (part.KindCase)
        {
            case TestRuleResponse.KindOneofCase.Progress:
                _progress = part.Progress;
                break;
            case TestRuleResponse.KindOneofCase.Alert when _alerts.Count < 1000:
                _alerts.Add(part.Alert);
                break;
            case TestRuleResponse.KindOneofCase.Summary:
                _summary = part.Summary;
                break;
            case TestRuleResponse.KindOneofCase.Problems:
                _problem = string.Join("; ", part.Problems.Problems.Select(RuleReport.Problem));
                break;
            default:
                break;
        }
    }
}
