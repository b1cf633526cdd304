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

    /// <summary>Whether a rule with this detection (YAML in flow style) matches the event, asked directly and through the index.</summary>
    public static bool Matches(string detection, Event e, string logsource = "product: sensornet")
    {
        // Twice, since no index is made for one rule alone.
        var (rules, errors) = Load($$"""
            title: test
            name: test
            logsource: {{{logsource}}}
            detection: {{detection}}
            ---
            title: test again
            name: again
            logsource: {{{logsource}}}
            detection: {{detection}}
            """);
        Assert.Empty(errors);
        var scratch = new MatchScratch();
        scratch.Begin(e);
        var matches = rules.Detections[0].Predicate.Matches(e, scratch);
        Assert.Equal(matches ? ["test", "again"] : [], Matching(rules, e));
        return matches;
    }

    /// <summary>Names of the rules that match the event, found as the engine finds them.</summary>
    public static string[] Matching(RuleSet rules, Event e)
    {
        var names = new List<string>();
        if (rules.Of(e.Type) is { } ofType)
        {
            var scratch = new MatchScratch();
            scratch.Begin(e);
            var found = new ulong[ofType.Words];
            ofType.Find(e, scratch, found);
            while (ofType.TryTake(found, out var rule, out var condition))
            {
                if (condition.Matches(e, scratch))
                {
                    names.Add(rule.Name);
                }
            }
        }

        return [.. names];
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
