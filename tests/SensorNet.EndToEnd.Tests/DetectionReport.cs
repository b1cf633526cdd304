using System.Globalization;
using System.Text;

namespace SensorNet.EndToEnd.Tests;

/// <summary>
/// Alerts of a capture against its labels: for every kind of attack which of its sources an expected rule named, how long
/// after its first packet (event time) and how long after the latest labelled event that had begun by then; and how many
/// of all alerts above low name an attacker.
/// </summary>
internal sealed class DetectionReport
{
    private readonly string _name;
    private readonly GroundTruth _truth;
    private readonly IReadOnlyList<ListedAlert> _alerts;
    private readonly IReadOnlyDictionary<string, DateTimeOffset> _fired;

    /// <param name="fired">Event time at which each alert was raised, by its id.</param>
    public DetectionReport(string name, GroundTruth truth, IReadOnlyList<ListedAlert> alerts, IReadOnlyDictionary<string, DateTimeOffset> fired)
    {
        (_name, _truth, _alerts, _fired) = (name, truth, alerts, fired);
        Attacks = [.. ExpectedAlerts.For(truth).Select(Judge)];
    }

    public IReadOnlyList<Attack> Attacks { get; }

    /// <summary>Kinds of attack of which nothing was told.</summary>
    public IEnumerable<string> Missed => Attacks.Where(a => a.Told == 0).Select(a => $"{a.Label} from {a.Sources} sources");

    /// <summary>Alerts above low whose every named source is labelled harmless.</summary>
    public IReadOnlyList<ListedAlert> Accusations =>
        [.. _alerts.Where(a => a.IsAtLeast("medium") && a.Sources.Count > 0 && a.Sources.All(_truth.Innocents.Contains))];

    public override string ToString()
    {
        var serious = _alerts.Count(a => a.IsAtLeast("medium"));
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{_name,-32} {"recall",9} {"first rule",-30} {"s after first",13} {"s after last",12}");
        foreach (var a in Attacks)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {a.Label,-30} {a.Told,4}/{a.Sources,-4} {a.Rule,-30} {a.AfterFirst,13:0.000} {a.AfterLatest,12:0.000}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"  alerts above low: {serious}, of them about harmless sources alone: {Accusations.Count}");
        return text.ToString();
    }

    private Attack Judge((string Label, string[] Rules) expected)
    {
        var events = _truth.Events.Where(e => e.Type == expected.Label && e.Malicious).ToList();
        var sources = events.Where(e => e.Source.Length > 0).Select(e => e.Source).ToHashSet();
        var raised = _alerts
            .Where(a => expected.Rules.Contains(a.CatalogueId) && a.IsAtLeast(ExpectedAlerts.MinimumLevel(expected.Label)))
            .Where(a => sources.Count == 0 || a.Sources.Overlaps(sources))
            .OrderBy(a => _fired.GetValueOrDefault(a.Id, DateTimeOffset.MaxValue)).ToList();
        var together = ExpectedAlerts.IsDistributed(expected.Label) || sources.Count is 0 or > 20;
        var count = together ? 1 : sources.Count;
        var told = together ? Math.Min(1, raised.Count) : sources.Count(s => raised.Any(a => a.Sources.Contains(s)));
        if (raised.Count == 0 || !_fired.TryGetValue(raised[0].Id, out var at))
        {
            return new Attack(expected.Label, count, told, "-", double.NaN, double.NaN);
        }

        var mine = together ? events : [.. events.Where(e => raised[0].Sources.Contains(e.Source))];
        var first = mine.Min(e => e.First);
        var latest = mine.Where(e => e.First <= at).Select(e => e.Last < at ? e.Last : e.First).DefaultIfEmpty(first).Max();
        return new Attack(expected.Label, count, told, raised[0].Rule, (at - first).TotalSeconds, (at - latest).TotalSeconds);
    }

    /// <param name="Sources">How many sources should be named; 1 where the attack counts as one.</param>
    /// <param name="Told">How many were.</param>
    /// <param name="AfterFirst">Seconds from the attack's first packet to its first alert.</param>
    /// <param name="AfterLatest">Seconds to it from the latest labelled event that had begun.</param>
    internal sealed record Attack(string Label, int Sources, int Told, string Rule, double AfterFirst, double AfterLatest);
}
