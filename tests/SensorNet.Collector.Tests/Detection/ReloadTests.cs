using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>New rules while the collector runs, and silences.</summary>
public sealed class ReloadTests : IDisposable
{
    private const string Base = """
        title: failed
        name: failed
        id: 11111111-1111-1111-1111-111111111111
        logsource: {product: sensornet}
        detection: {sel: {event.type: auth.failure}, condition: sel}
        ---
        title: Brute force
        name: brute
        id: 22222222-2222-2222-2222-222222222222
        correlation: {type: event_count, rules: [failed], group-by: [source.ip], timespan: 10m, condition: {gte: 5}}
        level: high

        """;

    private const string Another = """
        ---
        title: Any login
        name: login
        id: 33333333-3333-3333-3333-333333333333
        logsource: {product: sensornet}
        detection: {sel: {event.type: auth.success}, condition: sel}
        level: low
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sensornet-rules-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Rules_that_did_not_change_go_on_counting_where_they_were()
    {
        Write(Base);
        var detection = Start();
        detection.Feed([.. Enumerable.Range(0, 3).Select(i => Events.SshFailure(i))]);

        Write(Base + Another);
        var changes = detection.Pipeline.Apply(detection.Pipeline.Reload());
        Assert.Equal("2 unchanged, 1 added: login", changes.ToString());

        detection.Feed([.. Enumerable.Range(3, 2).Select(i => Events.SshFailure(i)), Events.SshSuccess(9, "198.51.100.1")]);
        Assert.Equal(["brute", "login"], detection.Alerts.Select(a => a.RuleName).Order());
    }

    [Fact]
    public void A_changed_rule_starts_anew_and_a_removed_ones_alerts_stay()
    {
        Write(Base + Another);
        var detection = Start();
        detection.Feed(Events.SshSuccess(0), Events.SshFailure(1), Events.SshFailure(2));

        Write(Base.Replace("gte: 5", "gte: 3", StringComparison.Ordinal));
        var changes = detection.Pipeline.Apply(detection.Pipeline.Reload());
        Assert.Equal("1 unchanged, 1 changed: brute, 1 removed: login", changes.ToString());

        detection.Feed(Events.SshFailure(3));
        Assert.Equal("login", Assert.Single(detection.Alerts).RuleName);
        detection.Feed(Events.SshFailure(4), Events.SshFailure(5));
        Assert.Equal(2, detection.Alerts.Count);
    }

    [Fact]
    public void A_silence_keeps_what_it_covers_quiet_until_it_ends()
    {
        Write(Base);
        File.WriteAllText(Path.Combine(_folder.FullName, "thresholds.yml"), "silences:\n  - {rule: 'bru*', source: 192.0.2.0/24, until: 2027-01-15T09:00:00Z, comment: load test}\n");
        var detection = Start();
        detection.Feed([.. Enumerable.Range(0, 6).Select(i => Events.SshFailure(i))]);
        Assert.Empty(detection.Alerts);
        Assert.Equal(2, detection.Pipeline.Alerts.Silences.Silenced);

        detection.Feed([.. Enumerable.Range(0, 5).Select(i => Events.SshFailure(i, "203.0.113.9"))]);
        Assert.Equal("203.0.113.9", Assert.Single(detection.Alerts).SourceIp);

        detection.Store.IngestTime += 3600L * 1_000_000_000 * 24;
        detection.Feed(Events.SshFailure(7));
        Assert.Equal(2, detection.Alerts.Count);
    }

    [Theory]
    [InlineData("silences: {rule: x}", 1, "must be a list")]
    [InlineData("silences:\n  - {rule: x}", 2, "needs 'until'")]
    [InlineData("silences:\n  - {source: everywhere, until: 2027-01-01}", 2, "not an address")]
    [InlineData("silences:\n  - {rules: x, until: 2027-01-01}", 2, "unknown key 'rules'")]
    [InlineData("thresholds: {}", 1, "unknown key 'thresholds'")]
    public void A_broken_overlay_is_told_with_its_line(string overlay, int line, string message)
    {
        var errors = new List<RuleError>();
        ThresholdReader.Read(overlay, "thresholds.yml", errors);
        Assert.Contains(errors, e => e.Line == line && e.Message.Contains(message, StringComparison.Ordinal));
    }

    private void Write(string rules) => File.WriteAllText(Path.Combine(_folder.FullName, "rules.yml"), rules);

    private DetectionHarness Start() => DetectionHarness.WithFolder(_folder.FullName);
}
