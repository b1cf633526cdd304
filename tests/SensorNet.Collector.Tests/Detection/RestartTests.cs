using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>The same events give the same alerts, whatever happens to the process and to the order of arrival.</summary>
public sealed class RestartTests
{
    [Fact]
    public void A_restart_anywhere_in_an_attack_neither_loses_nor_doubles_an_alert()
    {
        var undisturbed = DetectionHarness.WithCatalogue();
        undisturbed.Feed(Attack(), batch: 1);
        var expected = Describe(undisturbed);
        Assert.Contains(expected, a => a.Contains("v25_success_after_bruteforce", StringComparison.Ordinal));
        Assert.Contains(expected, a => a.Contains("h01_ssh_bruteforce", StringComparison.Ordinal));

        for (var at = 1; at < 55; at += 17)
        {
            var detection = DetectionHarness.WithCatalogue();
            var events = Attack();
            detection.Feed(events.Take(at), batch: 1);
            detection.Restart();
            detection.Feed(events.Skip(at), batch: 1);
            Assert.Equal(expected, Describe(detection));
        }
    }

    [Fact]
    public void How_often_a_rule_fired_of_late_is_known_after_a_restart()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Attack(), batch: 10);
        detection.Store.IngestTime += 600L * 1_000_000_000;
        detection.Store.Commit(detection.Stages);
        var before = HitsOf(detection);
        Assert.NotEmpty(before);
        detection.Restart();
        Assert.Equal(before, HitsOf(detection));
    }

    [Fact]
    public void Shuffled_and_repeated_events_give_the_same_alert_ids()
    {
        var undisturbed = DetectionHarness.WithCatalogue();
        undisturbed.Feed(Attack(), batch: 10);
        var expected = undisturbed.Alerts.Select(a => a.AlertId).Order();
        for (var seed = 0; seed < 3; seed++)
        {
            var detection = DetectionHarness.WithCatalogue();
            Event[] events = [.. Attack(), .. Attack().Where((_, i) => i % 3 == 0)];
            new Random(seed).Shuffle(events);
            detection.Feed(events, batch: 7);
            Assert.Equal(expected, detection.Alerts.Select(a => a.AlertId).Order());
        }
    }

    /// <summary>Guessing at SIP and SSH with a success, by one source; the same events every time.</summary>
    private static List<Event> Attack()
    {
        var events = new List<Event>();
        for (var i = 0; i < 40; i++)
        {
            events.Add(Events.AuthFailed(i * 2, "203.0.113.9", "1005"));
        }

        events.Add(Events.Sip(90, EventType.SipRegistrationNew, "REGISTER", "1005", 200, "203.0.113.9", "1005", credentials: true));
        for (var i = 0; i < 12; i++)
        {
            events.Add(Events.SshFailure(100 + (i * 10), "203.0.113.9"));
        }

        events.Add(Events.SshSuccess(230, "203.0.113.9"));
        for (var i = 0; i < events.Count; i++)
        {
            events[i].Seq = (ulong)i + 1;
            if (events[i].Sip is { } sip)
            {
                sip.CallId = $"call-{i}";
                sip.Cseq = (uint)i + 1;
            }
        }

        return events;
    }

    private static string[] HitsOf(DetectionHarness detection) =>
        [.. detection.Pipeline.Engine.Rules.All.Where(r => r.Recent.LastDay(detection.Store.IngestTime) > 0).Select(r => $"{r.Name} {r.Recent.LastDay(detection.Store.IngestTime)} {r.LastHit}")];

    private static string[] Describe(DetectionHarness detection) =>
        [.. detection.Alerts.Select(a => $"{a.RuleName} {a.AlertId} {a.Count} {a.InhibitedBy}").Order()];
}
