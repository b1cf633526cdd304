using SensorNet.Collector.Detection;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection.Sigma;

/// <summary>Rules written in a test.</summary>
internal static class Rules
{
    private static readonly Thresholds Lists = Overlay("lists: {colours: [red, green], empty: [], numbers: ['3']}");

    public static Thresholds Overlay(string yaml)
    {
        var errors = new List<RuleError>();
        var thresholds = ThresholdReader.Read(yaml, "thresholds.yml", errors);
        Assert.Empty(errors);
        return thresholds;
    }

    public static (RuleSet Rules, IReadOnlyList<RuleError> Errors) Load(string yaml, Thresholds? thresholds = null)
    {
        var loader = new RuleLoader(thresholds ?? Lists);
        loader.Add(yaml, "test.yml");
        var rules = loader.Compile();
        return (rules, loader.Errors);
    }

    /// <summary>Whether a rule with this detection (YAML in flow style) matches the event.</summary>
    public static bool Matches(string detection, Event e, string logsource = "product: sensornet")
    {
        var (rules, errors) = Load($$"""
            title: test
            logsource: {{{logsource}}}
            detection: {{detection}}
            """);
        Assert.Empty(errors);
        var scratch = new MatchScratch();
        scratch.Begin(e);
        return Assert.Single(rules.Detections).Predicate.Matches(e, scratch);
    }

    public static Event With(params (string Name, string Value)[] attributes)
    {
        var e = new Event { Type = EventType.Custom };
        foreach (var (name, value) in attributes)
        {
            e.Attributes[name] = value;
        }

        return e;
    }
}
