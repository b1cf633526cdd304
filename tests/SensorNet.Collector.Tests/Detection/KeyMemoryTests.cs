namespace SensorNet.Collector.Tests.Detection;

/// <summary>More keys than a rule can remember: the quietest go, those with an open alert stay, and people hear of it.</summary>
public sealed class KeyMemoryTests
{
    private const int Room = 1000;

    [Fact]
    public void Pushed_out_keys_raise_one_alert_and_an_attack_that_is_told_of_goes_on_counting()
    {
        var detection = DetectionHarness.WithCatalogue(o => o with { MaxKeys = Room * 8 });
        detection.Feed([.. Enumerable.Range(0, 5).Select(i => Events.SshFailure(i))]);
        detection.Feed(Enumerable.Range(0, 3 * Room).Select(i => Events.SshFailure(10 + (i / 100.0), $"198.51.{i / 200}.{i % 200}", user: $"u{i}")));
        detection.Feed(Events.SshFailure(60));

        var told = Assert.Single(detection.AlertsOf("h01_ssh_bruteforce"), a => a.SourceIp == "192.0.2.1");
        Assert.Equal(6UL, told.Count);
        Assert.Single(detection.AlertsOf("x09_rules_short_of_memory"));
        var health = Assert.Single(detection.Store.Events, e => e.Event.Reason == "rule_keys_evicted").Event;
        Assert.Contains("h01_ssh_bruteforce", health.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_alert_the_quietest_key_begins_anew()
    {
        var detection = DetectionHarness.WithCatalogue(o => o with { MaxKeys = Room * 8 });
        detection.Feed([.. Enumerable.Range(0, 4).Select(i => Events.SshFailure(i))]);
        detection.Feed(Enumerable.Range(0, 3 * Room).Select(i => Events.SshFailure(10 + (i / 100.0), $"198.51.{i / 200}.{i % 200}", user: $"u{i}")));
        detection.Feed(Events.SshFailure(60));
        Assert.DoesNotContain(detection.AlertsOf("h01_ssh_bruteforce"), a => a.SourceIp == "192.0.2.1");
    }
}
