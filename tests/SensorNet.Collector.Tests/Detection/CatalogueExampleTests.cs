using SensorNet.Collector.Detection;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>Every rule of the catalogue that raises alerts: silent at what comes close, one alert at what it is for.</summary>
public sealed class CatalogueExampleTests : IDisposable
{
    public const string Carrier = "198.51.100.5";

    private static readonly IReadOnlyDictionary<string, Func<RuleExample>> Examples =
        new[] { SipExamples.All, TrafficExamples.All, HostExamples.All }.SelectMany(e => e).Concat(Plain()).ToDictionary(e => e.Key, e => e.Value);

    private readonly string _overlay = Directory.CreateTempSubdirectory("sensornet-overlay-").FullName;

    public CatalogueExampleTests() => File.WriteAllText(Path.Combine(_overlay, "thresholds.yml"), "lists:\n  own_numbers: ['4930123']\n");

    public void Dispose() => Directory.Delete(_overlay, recursive: true);

    public static TheoryData<string> Rules() => [.. Raising().Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_silent_at_what_comes_close_and_raises_at_what_it_is_for(string rule)
    {
        Assert.True(Examples.TryGetValue(rule, out var make), $"{rule} has no example: add one to SipExamples, TrafficExamples, HostExamples or RuleExamples");
        var example = make();
        var detection = DetectionHarness.WithCatalogue(o => o with { Carriers = [Carrier], RuleDirectories = [.. o.RuleDirectories, _overlay] });
        detection.Feed(example.Near, batch: 1);
        Assert.DoesNotContain(detection.Alerts, a => a.RuleName == rule);

        detection.Feed(example.Last, batch: 1);
        Assert.Contains(detection.Alerts, a => a.RuleName == rule);
    }

    [Fact]
    public void No_example_is_for_a_rule_that_is_gone() => Assert.Empty(Examples.Keys.Except(Raising().Select(r => r.Name)));

    /// <summary>Counting rules over a plain series of events, each of which counts.</summary>
    private static IEnumerable<KeyValuePair<string, Func<RuleExample>>> Plain()
    {
        var others = SipExamples.All.Keys.Concat(TrafficExamples.All.Keys).Concat(HostExamples.All.Keys).ToHashSet();
        foreach (var rule in RuleLoader.LoadDirectories([DetectionHarness.Catalogue]).Rules.Correlations)
        {
            if (!others.Contains(rule.Name) && rule.Header.Level > AlertLevel.Informational && rule.Rule.Rules.Count == 1
                && rule.Rule.Type is CorrelationType.EventCount or CorrelationType.ValueCount
                && RuleExamples.Series.TryGetValue(rule.Rule.Rules[0], out var series))
            {
                yield return new(rule.Name, () => RuleExample.Counted(rule.Rule.Condition.MinimumCount, series));
            }
        }
    }

    private static IEnumerable<RunningRule> Raising() =>
        RuleLoader.LoadDirectories([DetectionHarness.Catalogue]).Rules.All.Where(r => r.RaisesAlerts && r.Header.Level > AlertLevel.Informational);
}
