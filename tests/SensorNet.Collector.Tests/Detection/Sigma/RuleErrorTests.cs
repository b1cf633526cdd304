using SensorNet.Collector.Detection;

namespace SensorNet.Collector.Tests.Detection.Sigma;

/// <summary>What is refused, and that the refusal says where.</summary>
public sealed class RuleErrorTests
{
    [Theory]
    [InlineData("sel: {f|fuzzy: x}", "condition: sel", 4, "unknown modifier 'fuzzy'")]
    [InlineData("sel: {f: x}", "condition: other", 5, "'other' is not a search identifier")]
    [InlineData("sel: {f: x}", "condition: sel and", 5, "ends where a name was expected")]
    [InlineData("sel: {f: x}", "condition: (sel", 5, "closing parenthesis")]
    [InlineData("sel: {f: x}", "condition: sel | count() > 5", 5, "aggregations")]
    [InlineData("sel: {f: x}", "condition: 1 of no*", 5, "no search identifier matches")]
    [InlineData("sel: {f|cidr: x}", "condition: sel", 4, "not a network")]
    [InlineData("sel: {f|gt: x}", "condition: sel", 4, "not a number")]
    [InlineData("sel: {f|exists: maybe}", "condition: sel", 4, "true or false")]
    [InlineData("sel: {f|re: '(?=x)y'}", "condition: sel", 4, "regular expression")]
    [InlineData("sel: {f|i: x}", "condition: sel", 4, "need it")]
    [InlineData("sel: {f|expand: '%unknown%'}", "condition: sel", 4, "the list 'unknown'")]
    [InlineData("sel: {f: {g: h}}", "condition: sel", 4, "a single value")]
    [InlineData("sel: []", "condition: sel", 4, "empty list")]
    [InlineData("sel: {f: x}", "timeframe: 5m", 4, "no 'condition'")]
    public void A_detection_outside_the_subset_is_refused_with_its_line(string search, string condition, int line, string message)
    {
        var (_, errors) = Rules.Load($"""
            title: test
            logsource: &source {"{product: sensornet}"}
            detection:
              {search}
              {condition}
            """);
        Assert.Contains(errors, e => e.File == "test.yml" && e.Line == line && e.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("type: event_cuont", "not a correlation type")]
    [InlineData("timespan: ten minutes", "must be a timespan")]
    [InlineData("rules: [missing]", "'missing', which does not exist")]
    [InlineData("condition: {gte: five}", "must be a number")]
    [InlineData("condition: {atleast: 5}", "unknown key 'atleast'")]
    [InlineData("type: value_count", "value_count needs 'field'")]
    [InlineData("type: value_percentile", "percentile")]
    [InlineData("window: 5m", "unknown key 'window'")]
    [InlineData("condition: {gte: 1000000}", "too much memory")]
    public void A_correlation_outside_the_subset_is_refused(string replaced, string message)
    {
        var key = replaced[..replaced.IndexOf(':', StringComparison.Ordinal)];
        string[] lines = ["type: event_count", "rules: [base]", "group-by: [source.ip]", "timespan: 5m", "condition: {gte: 5}"];
        var correlation = string.Join("\n  ", lines.Where(l => !l.StartsWith(key, StringComparison.Ordinal)).Append(replaced));
        var (_, errors) = Rules.Load($"""
            title: base
            name: base
            logsource: {"{product: sensornet}"}
            detection: {"{sel: {f: x}, condition: sel}"}
            ---
            title: test
            correlation:
              {correlation}
            """);
        Assert.Contains(errors, e => e.Line > 5 && e.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_that_refer_to_each_other_in_a_circle_are_refused()
    {
        var (_, errors) = Rules.Load("""
            title: A
            name: a
            correlation: {type: temporal, rules: [b], timespan: 5m}
            ---
            title: B
            name: b
            correlation: {type: temporal, rules: [a], timespan: 5m}
            """);
        Assert.Contains(errors, e => e.Message.Contains("circle", StringComparison.Ordinal));
    }

    [Fact]
    public void Broken_YAML_and_doubled_names_are_told_with_their_lines()
    {
        Assert.Contains(Rules.Load("title: a\ndetection: [").Errors, e => e.Message.Contains("not valid YAML", StringComparison.Ordinal) && e.Line >= 2);
        Assert.Contains(Rules.Load("title: a\ntitle: b").Errors, e => e.Message.Contains("not valid YAML", StringComparison.Ordinal));
        const string rule = "title: a\nname: same\nlogsource: {product: sensornet}\ndetection: {sel: {f: x}, condition: sel}\n";
        Assert.Contains(Rules.Load($"{rule}---\n{rule}").Errors, e => e.Line == 6 && e.Message.Contains("already taken", StringComparison.Ordinal));
    }

    [Fact]
    public void A_broken_rule_leaves_the_others_running()
    {
        var (rules, errors) = Rules.Load("""
            title: good
            logsource: {product: sensornet}
            detection: {sel: {f: x}, condition: sel}
            ---
            title: bad
            logsource: {product: sensornet}
            detection: {sel: {f|nonsense: x}, condition: sel}
            """);
        Assert.Single(errors);
        Assert.Equal("good", Assert.Single(rules.Detections).Header.Title);
    }

    [Fact]
    public void Rules_of_other_platforms_load_and_never_fire()
    {
        var (rules, errors) = Rules.Load("""
            title: windows
            logsource: {product: windows, category: process_creation}
            detection: {sel: {Image|endswith: '\cmd.exe'}, condition: sel}
            """);
        Assert.Empty(errors);
        Assert.Single(rules.Warnings);
        Assert.True(Assert.Single(rules.Detections).Predicate.Types.IsEmpty);
    }

    [Fact]
    public void The_overlay_changes_numbers_and_names_of_missing_rules_are_errors()
    {
        var folder = Directory.CreateTempSubdirectory("sensornet-rules-");
        File.WriteAllText(Path.Combine(folder.FullName, "a.yml"), """
            title: base
            name: base
            logsource: {product: sensornet}
            detection: {sel: {f: x}, condition: sel}
            ---
            title: many
            name: many
            correlation: {type: event_count, rules: [base], timespan: 5m, condition: {gte: 5}}
            level: low
            """);
        File.WriteAllText(Path.Combine(folder.FullName, "thresholds.yml"), "rules:\n  many: {gte: 9, timespan: 1h, level: high, enabled: false}\n  nobody: {gte: 3}\n");
        var loaded = RuleLoader.LoadDirectories([folder.FullName]);
        folder.Delete(recursive: true);

        var rule = Assert.Single(loaded.Rules.Correlations);
        Assert.Equal(9, rule.Rule.Condition.MinimumCount);
        Assert.Equal(TimeSpan.FromHours(1), rule.Rule.Timespan);
        Assert.Equal(SensorNet.V1.AlertLevel.High, rule.Default.Level);
        Assert.False(rule.Enabled);
        var error = Assert.Single(loaded.Errors);
        Assert.Equal(3, error.Line);
        Assert.Contains("no rule named 'nobody'", error.Message, StringComparison.Ordinal);
    }
}
