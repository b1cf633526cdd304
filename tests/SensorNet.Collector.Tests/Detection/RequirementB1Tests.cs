using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>SSH brute force, the rule whose numbers are fixed: five failures of one source at one host within ten minutes.</summary>
public sealed class RequirementB1Tests
{
    private readonly DetectionHarness _detection = DetectionHarness.WithCatalogue();

    [Fact]
    public void Four_failures_raise_nothing()
    {
        _detection.Feed([.. Enumerable.Range(0, 4).Select(i => Events.SshFailure(i * 10))]);
        Assert.Empty(_detection.Alerts);
    }

    [Fact]
    public void Five_failures_in_9m59s_raise_exactly_one_critical_alert()
    {
        _detection.Feed([.. new[] { 0, 100, 200, 300, 599.0 }.Select(t => Events.SshFailure(t))]);
        var alert = Assert.Single(_detection.Alerts);
        Assert.Equal("h01_ssh_bruteforce", alert.RuleName);
        Assert.Equal(AlertLevel.Critical, alert.Level);
        Assert.Equal("192.0.2.1", alert.SourceIp);
        Assert.Equal("pbx1", alert.Host);
        Assert.Equal(5UL, alert.Count);
        Assert.Equal(5, alert.FirstEvents.Count);
        Assert.Contains("5 of >= 5 ssh_failed in 10m for source.ip=192.0.2.1, host.name=pbx1", alert.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Five_failures_over_10m01s_raise_nothing()
    {
        _detection.Feed([.. new[] { 0, 100, 200, 300, 601.0 }.Select(t => Events.SshFailure(t))]);
        Assert.Empty(_detection.Alerts);
    }

    [Fact]
    public void The_order_of_arrival_makes_no_difference()
    {
        double[] times = [0, 100, 200, 300, 599];
        for (var seed = 0; seed < 4; seed++)
        {
            var detection = DetectionHarness.WithCatalogue();
            var shuffled = times.Select(t => Events.SshFailure(t)).ToArray();
            new Random(seed).Shuffle(shuffled);
            detection.Feed(shuffled);
            Assert.Equal(AlertLevel.Critical, Assert.Single(detection.Alerts).Level);
        }
    }

    [Fact]
    public void Repeated_records_count_once()
    {
        var four = Enumerable.Range(0, 4).Select(i => Events.SshFailure(i)).ToArray();
        _detection.Feed([.. four, .. four, .. four.Reverse()]);
        Assert.Empty(_detection.Alerts);

        _detection.Feed(Events.SshFailure(60));
        Assert.Equal(5UL, Assert.Single(_detection.Alerts).Count);
    }

    [Fact]
    public void Sources_and_hosts_are_counted_apart()
    {
        _detection.Feed([.. Enumerable.Range(0, 8).Select(i => Events.SshFailure(i, source: i % 2 == 0 ? "192.0.2.1" : "192.0.2.2"))]);
        _detection.Feed([.. Enumerable.Range(0, 8).Select(i => Events.SshFailure(i, source: "192.0.2.3", host: i % 2 == 0 ? "pbx1" : "pbx2"))]);
        Assert.Empty(_detection.Alerts);
    }

    [Fact]
    public void A_known_users_refused_keys_do_not_count()
    {
        var keys = Enumerable.Range(0, 9).Select(i => Events.SshFailure(i)).ToArray();
        foreach (var key in keys)
        {
            key.AuthMethod = "publickey";
            key.UserKnown = true;
        }

        _detection.Feed(keys);
        Assert.Empty(_detection.Alerts);
    }

    [Fact]
    public void A_login_after_the_attack_is_told_as_well_and_mutes_the_attack()
    {
        _detection.Feed([.. Enumerable.Range(0, 6).Select(i => Events.SshFailure(i)), Events.SshSuccess(30)]);
        var success = Assert.Single(_detection.AlertsOf("h03"));
        Assert.Equal(AlertLevel.Critical, success.Level);
        Assert.Equal("192.0.2.1", success.SourceIp);
        Assert.Equal(success.AlertId, Assert.Single(_detection.AlertsOf("h01")).InhibitedBy);
    }

    [Fact]
    public void What_one_attacker_reached_mutes_no_alert_about_another_on_the_same_host()
    {
        _detection.Feed([.. Enumerable.Range(0, 6).Select(i => Events.SshFailure(i, source: "192.0.2.2"))]);
        _detection.Feed([.. Enumerable.Range(10, 6).Select(i => Events.SshFailure(i)), Events.SshSuccess(30)]);
        _detection.Feed([.. Enumerable.Range(40, 6).Select(i => Events.SshFailure(i, source: "192.0.2.3"))]);

        var attacks = _detection.AlertsOf("h01").ToDictionary(a => a.SourceIp, a => a.InhibitedBy);
        Assert.Equal(3, attacks.Count);
        Assert.NotEqual("", attacks["192.0.2.1"]);
        Assert.Equal(("", ""), (attacks["192.0.2.2"], attacks["192.0.2.3"]));
    }
}
