using System.Text;
using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs;

public sealed class OperatorParserTests
{
    private const string Yaml = """
        parsers:
          - name: door
            programs: [doord, door2]
            rules:
              - pattern: "badge {user:last} refused at {source_ip} gate {gate}"
                event: auth.failure
                severity: warning
                service: door
                set: [auth_method=badge]
              - pattern: "door {_} opened"
        """;

    [Fact]
    public void Line_becomes_the_event_of_the_first_rule_that_fits()
    {
        var e = Assert.Single(Run("Nov 21 01:36:45 vm doord[5]: badge 17 refused at 192.0.2.1:80 gate north").Events);
        Assert.Equal((EventType.AuthFailure, Severity.Warning, "17", "door", "badge"), (e.Type, e.Severity, e.User, e.Service, e.AuthMethod));
        Assert.Equal(("192.0.2.1", 80u, "north"), (LogRun.Address(e.SourceIp), e.SourcePort, e.Attributes["gate"]));
    }

    [Fact]
    public void Text_that_a_stranger_chose_does_not_move_the_address() =>
        Assert.Equal("192.0.2.1", LogRun.Address(Run("Nov 21 01:36:45 vm doord[5]: badge x refused at 6.6.6.6 gate y refused at 192.0.2.1 gate north").Events[0].SourceIp));

    [Theory]
    [InlineData("doord[5]: door 5 opened", 1, 0)]
    [InlineData("doord[5]: badge 17 refused at nowhere gate north", 0, 1)]
    [InlineData("doord[5]: something else", 0, 1)]
    [InlineData("other[5]: door 5 opened", 0, 1)]
    public void Quiet_and_unknown_lines_are_counted_as_such(string line, int quiet, int unclaimed)
    {
        var run = Run("Nov 21 01:36:45 vm " + line);
        Assert.Empty(run.Events);
        Assert.Equal((quiet, unclaimed), (run.Counters.Quiet, run.Counters.Unclaimed));
    }

    [Fact]
    public void Reason_for_not_fitting_names_the_place()
    {
        var parser = OperatorParsers.Parse(Yaml, "parsers.yaml")[0];
        Assert.Equal(
            ["door rule 1: the text behind {source_ip} is not there", "door rule 2: the text before the first field is not there"],
            parser.Explain(Encoding.UTF8.GetBytes("badge 17 refused at 192.0.2.1")));
    }

    [Theory]
    [InlineData("{user}{source_ip} x", "nothing between them")]
    [InlineData("a {user", "closing brace")]
    public void Impossible_patterns_are_named(string pattern, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => OperatorParsers.Parse($"parsers:\n  - name: x\n    programs: [x]\n    rules:\n      - pattern: \"{pattern}\"\n", "p.yaml")).Message, StringComparison.Ordinal);

    [Fact]
    public void Unknown_event_types_are_named_with_their_place()
    {
        var problem = Assert.Throws<ConfigurationException>(() => OperatorParsers.Parse("parsers:\n  - name: x\n    programs: [x]\n    rules:\n      - pattern: \"a\"\n        event: auth.fail\n", "p.yaml"));
        Assert.Contains("p.yaml:5", problem.Message, StringComparison.Ordinal);
        Assert.Contains("auth.fail", problem.Message, StringComparison.Ordinal);
    }

    private static LogRun Run(string line) =>
        LogRun.Bytes(Encoding.UTF8.GetBytes(line), new LogReplayOptions { ReferenceTime = LogRun.Reference, Parsers = OperatorParsers.Parse(Yaml, "parsers.yaml") });
}
