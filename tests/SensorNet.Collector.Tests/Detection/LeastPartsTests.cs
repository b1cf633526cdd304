using SensorNet.Collector.Alerts;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>How many of its rules a temporal correlation needs, in what is said of its alerts and of its keys.</summary>
public sealed class LeastPartsTests
{
    [Theory]
    [InlineData("", 3)]
    [InlineData("condition: a and (b or c)", 2)]
    [InlineData("condition: a or (b and c)", 1)]
    [InlineData("condition: (a and b) or (b and c)", 2)]
    [InlineData("condition: 1 of them", 1)]
    [InlineData("condition: all of them", 3)]
    public void A_temporal_correlation_needs_as_many_of_its_rules_as_its_condition_does(string condition, ulong least)
    {
        var detection = DetectionHarness.WithRules($$"""
            {{string.Join("\n---\n", new[] { "a", "b", "c" }.Select(name => $$"""
            title: {{name}}
            name: {{name}}
            logsource: {product: sensornet}
            detection: {sel: {event.type: auth.failure, user.name: {{name}}}, condition: sel}
            """))}}
            ---
            title: together
            name: together
            correlation:
              type: temporal
              rules: [a, b, c]
              group-by: [source.ip]
              timespan: 5m
              {{condition}}
            """);
        detection.Feed(Events.SshFailure(0, user: "a"), Events.SshFailure(1, user: "b"), Events.SshFailure(2, user: "c"));
        var alert = Assert.Single(detection.AlertsOf("together"));
        Assert.Equal(least, new AlertExplainer(detection.Pipeline.RuleBook).Explain(alert, []).Threshold);
        var state = detection.Pipeline.RuleBook.State(
            new GetCorrelationStateRequest { Rule = "together", Key = { new GroupKeyPart { Field = "source.ip", Value = "192.0.2.1" } } }, detection.Store.IngestTime)!;
        Assert.Equal(least, state.Threshold);
    }
}
