using SensorNet.Collector.Tests.Detection;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Alerts;

/// <summary>One alert about a host tells of many sources: the alerts about each of them are muted, those about others are not.</summary>
public sealed class CampaignTests
{
    private readonly DetectionHarness _detection = DetectionHarness.WithRules("""
        title: failed
        name: failed
        logsource: {product: sensornet}
        detection: {sel: {event.type: auth.failure}, condition: sel}
        ---
        title: One source
        name: one
        correlation: {type: event_count, rules: [failed], group-by: [source.ip], timespan: 10m, condition: {gte: 3}}
        level: medium
        ---
        title: Many sources
        name: many
        correlation: {type: value_count, rules: [failed], field: source.ip, group-by: [host.name], timespan: 10m, condition: {gte: 4}}
        level: high
        sensornet: {inhibits: [one]}
        """);

    [Fact]
    public void Sources_that_were_told_of_before_are_muted_when_the_campaign_is()
    {
        Fail(1, 1, 1, 2, 2, 2, 3, 4);
        Assert.Equal(2, Muted("one").Count);
        Assert.Empty(Muted("many"));
    }

    [Fact]
    public void Sources_that_are_told_of_later_are_muted_too()
    {
        Fail(1, 2, 3, 4, 4, 4, 5, 5, 5);
        Assert.Equal(["192.0.2.4", "192.0.2.5"], Muted("one").Select(a => a.SourceIp).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_source_at_another_host_is_not_part_of_it()
    {
        Fail(1, 2, 3, 4);
        _detection.Feed([.. Enumerable.Range(0, 3).Select(i => At("other", i, 9))]);
        var alert = Assert.Single(_detection.AlertsOf("one"));
        Assert.Equal(("192.0.2.9", ""), (alert.SourceIp, alert.InhibitedBy));
    }

    private void Fail(params int[] sources) => _detection.Feed([.. sources.Select((s, i) => At("pbx", i, s))]);

    private static Event At(string host, int second, int source) => Events.SshFailure(second, $"192.0.2.{source}", host);

    private List<Alert> Muted(string rule)
    {
        var campaigns = _detection.AlertsOf("many").Select(a => a.AlertId).ToHashSet(StringComparer.Ordinal);
        return [.. _detection.AlertsOf(rule).Where(a => campaigns.Contains(a.InhibitedBy))];
    }
}
