using SensorNet.Collector.Tests.Detection;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Alerts;

/// <summary>The life of an alert: one per key, its states, its silence and its end.</summary>
public sealed class AlertBookTests
{
    private const long Second = 1_000_000_000;
    private readonly DetectionHarness _detection = DetectionHarness.WithRules("""
        title: failed
        name: failed
        logsource: {product: sensornet}
        detection: {sel: {event.type: auth.failure}, condition: sel}
        ---
        title: Brute force
        name: brute
        correlation: {type: event_count, rules: [failed], group-by: [source.ip], timespan: 10m, condition: {gte: 3}}
        level: high
        """);

    [Fact]
    public void Further_firings_count_on_the_same_alert_and_keep_the_first_and_last_ten_events()
    {
        Attack(0, 50);
        var alert = Assert.Single(_detection.Alerts);
        Assert.Equal(50UL, alert.Count);
        Assert.Equal(10, alert.FirstEvents.Count);
        Assert.Equal(10, alert.LastEvents.Count);
        Assert.Equal(Events.Noon, alert.FirstSeen);
        Assert.Equal(Events.Noon + (49 * Second), alert.LastSeen);
    }

    [Fact]
    public void A_firing_after_the_idle_time_opens_another_alert_that_names_the_one_before()
    {
        Attack(0, 3);
        Attack(2 * 3600, 3);
        var alerts = _detection.Alerts;
        Assert.Equal(2, alerts.Count);
        Assert.Equal(alerts[1].AlertId, alerts[0].PreviousAlertId);
        Assert.Equal(AlertStatus.Resolved, alerts[1].Status);
        Assert.Equal("collector", alerts[1].StatusBy);
        Assert.NotEqual(alerts[0].AlertId, alerts[1].AlertId);
    }

    [Fact]
    public void An_alert_without_news_ends_by_itself_and_goes_on_when_its_key_fires_again_in_time()
    {
        Attack(0, 3);
        Advance(2 * 3600);
        Assert.Equal(AlertStatus.Resolved, Assert.Single(_detection.Alerts).Status);

        Attack(60, 3);
        Assert.Equal(AlertStatus.Active, Assert.Single(_detection.Alerts).Status);
    }

    [Fact]
    public void An_operator_acknowledges_then_resolves_and_each_step_is_audited()
    {
        Attack(0, 3);
        var id = _detection.Alerts[0].AlertId;
        Update(new UpdateAlertRequest { AlertId = id, Status = AlertStatus.Acknowledged, Reason = "looking" });
        var alert = _detection.Alerts[0];
        Assert.Equal((AlertStatus.Acknowledged, "alice", "looking"), (alert.Status, alert.StatusBy, alert.Note));

        Update(new UpdateAlertRequest { AlertId = id, Revision = alert.Revision, Status = AlertStatus.Resolved });
        Assert.Equal(AlertStatus.Resolved, _detection.Alerts[0].Status);
        var audit = _detection.Audit.List().ToList();
        Assert.Equal(["resolved", "acknowledged"], audit.Select(a => a.Change.Operation));
        Assert.Equal([2UL, 1UL], audit.Select(a => a.Number));
        Assert.Equal(2, _detection.Pipeline.AlertReader.History(id).Count);
    }

    [Fact]
    public void After_a_resolved_alert_a_new_one_needs_a_new_attack()
    {
        Attack(0, 3);
        Update(new UpdateAlertRequest { AlertId = _detection.Alerts[0].AlertId, Status = AlertStatus.Resolved });
        Attack(10, 2);
        Assert.Single(_detection.Alerts);
        Attack(20, 1);
        Assert.Equal(2, _detection.Alerts.Count);
        Assert.Equal(AlertStatus.Active, _detection.Alerts[0].Status);
    }

    [Fact]
    public void A_dismissed_key_stays_quiet_for_the_dismissals_time()
    {
        Attack(0, 3);
        Update(new UpdateAlertRequest { AlertId = _detection.Alerts[0].AlertId, Status = AlertStatus.Dismissed, DismissForS = 7200, Reason = "our own test" });
        Attack(10, 20);
        var alert = Assert.Single(_detection.Alerts);
        Assert.Equal(AlertStatus.Dismissed, alert.Status);

        Advance(7201);
        Attack(60, 3);
        Assert.Equal(2, _detection.Alerts.Count);
    }

    [Fact]
    public void An_outdated_revision_a_missing_alert_and_a_forbidden_step_are_refused()
    {
        Attack(0, 3);
        var id = _detection.Alerts[0].AlertId;
        var revision = _detection.Alerts[0].Revision;
        Attack(5, 1);
        Assert.Equal(Refusal.Conflict, Refused(new UpdateAlertRequest { AlertId = id, Revision = revision, Status = AlertStatus.Acknowledged }));
        Assert.Equal(Refusal.NotFound, Refused(new UpdateAlertRequest { AlertId = "no such", Status = AlertStatus.Acknowledged }));
        Update(new UpdateAlertRequest { AlertId = id, Status = AlertStatus.Resolved });
        Assert.Equal(Refusal.NotAllowed, Refused(new UpdateAlertRequest { AlertId = id, Status = AlertStatus.Dismissed }));
    }

    [Theory]
    [InlineData(AlertStatus.Acknowledged)]
    [InlineData(AlertStatus.Resolved)]
    [InlineData(AlertStatus.Dismissed)]
    public void A_change_can_be_taken_back_and_the_alert_counts_as_before(AlertStatus status)
    {
        Attack(0, 3);
        var id = _detection.Alerts[0].AlertId;
        Update(new UpdateAlertRequest { AlertId = id, Status = status });
        Update(new UpdateAlertRequest { AlertId = id, Status = AlertStatus.Active });
        var alert = Assert.Single(_detection.Alerts);
        Assert.Equal((AlertStatus.Active, 0L), (alert.Status, alert.DismissedUntil));

        var before = alert.Count;
        Attack(10, 3);
        Assert.True(Assert.Single(_detection.Alerts).Count > before);
    }

    [Fact]
    public void An_alert_whose_key_has_a_newer_one_is_not_opened_again()
    {
        Attack(0, 3);
        var id = _detection.Alerts[0].AlertId;
        Update(new UpdateAlertRequest { AlertId = id, Status = AlertStatus.Resolved });
        Attack(60, 3);
        Assert.Equal(2, _detection.Alerts.Count);
        Assert.Equal(Refusal.NotAllowed, Refused(new UpdateAlertRequest { AlertId = id, Status = AlertStatus.Active }));
    }

    [Fact]
    public void Alerts_of_one_source_make_an_incident()
    {
        Attack(0, 3);
        Attack(3 * 3600, 3);
        var incident = Assert.Single(_detection.Pipeline.IncidentReader.List(new ListIncidentsRequest(), null));
        Assert.Equal(("source", "192.0.2.1"), (incident.Kind, incident.Subject));
        Assert.Equal(2, incident.AlertIds.Count);
        Assert.All(_detection.Alerts, a => Assert.Equal(incident.IncidentId, a.IncidentId));
    }

    [Fact]
    public async Task Watchers_get_the_open_alerts_first_and_then_every_change()
    {
        Attack(0, 3);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var watch = _detection.Pipeline.AlertReader.WatchAsync(new WatchAlertsRequest { IncludeOpen = true }, stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("new", watch.Current.Change);
        Assert.True(await watch.MoveNextAsync());
        Assert.True(watch.Current.CaughtUp);

        Attack(10, 1);
        Advance(1);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(("count", 4UL), (watch.Current.Change, watch.Current.Alert.Count));
        Update(new UpdateAlertRequest { AlertId = watch.Current.Alert.AlertId, Status = AlertStatus.Acknowledged });
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(("status", AlertStatus.Acknowledged), (watch.Current.Change, watch.Current.Alert.Status));
    }

    [Fact]
    public void A_count_is_written_at_most_once_a_second()
    {
        Attack(0, 3);
        var id = Assert.Single(_detection.Alerts).AlertId;
        Attack(3, 1);
        Attack(4, 1);
        Assert.Equal(4UL, _detection.Pipeline.AlertReader.Get(id)!.Count);
        Advance(1);
        Assert.Equal(5UL, _detection.Pipeline.AlertReader.Get(id)!.Count);
    }

    [Fact]
    public void How_near_a_key_is_to_an_alert_can_be_asked()
    {
        Attack(0, 2);
        var state = State();
        Assert.Equal((2UL, 3UL, false, false), (state.Count, state.Threshold, state.AtLeast, state.UnderAttack));
        Attack(2, 1);
        Assert.True(State().UnderAttack);
    }

    [Fact]
    public void Of_a_key_that_goes_on_for_long_it_is_known_that_there_were_at_least_so_many()
    {
        Attack(0, 50);
        var state = State();
        Assert.Equal((5UL, true, true), (state.Count, state.AtLeast, state.UnderAttack));
    }

    [Fact]
    public void A_key_that_has_been_quiet_for_its_timespan_is_not_under_attack_any_more()
    {
        Attack(0, 3);
        Advance(600);
        Assert.Equal((1UL, false), (State().Count, State().UnderAttack));
        Advance(1);
        var state = State();
        Assert.Equal((0UL, false, Events.Noon + (2 * Second)), (state.Count, state.UnderAttack, state.LastSeen));
    }

    [Fact]
    public void A_rule_that_is_switched_off_raises_nothing_and_stays_off_after_a_restart()
    {
        _detection.Store.Change(_detection.Stages, commit => _detection.Pipeline.RuleBook.Set(new SetRuleRequest { Id = "brute", Enabled = false }, "alice", "", commit));
        Attack(0, 5);
        Assert.Empty(_detection.Alerts);
        Assert.Contains(_detection.Store.Events, e => e.Event.Type == EventType.ConsoleAudit && e.Event.Audit.Operation == "disable");
    }

    private void Attack(double from, int count) => _detection.Feed([.. Enumerable.Range(0, count).Select(i => Events.SshFailure(from + i))]);

    private void Advance(long seconds)
    {
        _detection.Store.IngestTime += seconds * Second;
        _detection.Store.Commit(_detection.Stages);
    }

    private GetCorrelationStateResponse State() => _detection.Pipeline.RuleBook.State(
        new GetCorrelationStateRequest { Rule = "brute", Key = { new GroupKeyPart { Field = "source.ip", Value = "192.0.2.1" } } }, _detection.Store.IngestTime)!;

    private Alert Update(UpdateAlertRequest request) =>
        _detection.Store.Change(_detection.Stages, commit => _detection.Pipeline.Alerts.Update(request, "alice", "unix", _detection.Store, commit));

    private Refusal Refused(UpdateAlertRequest request) => Assert.Throws<ChangeRefusedException>(() => Update(request)).Refusal;
}
