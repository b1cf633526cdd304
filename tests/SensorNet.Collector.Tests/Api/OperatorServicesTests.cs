using Grpc.Core;
using Grpc.Net.Client;
using SensorNet.Collector.Tests.Detection;
using SensorNet.Collector.Tests.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Api;

/// <summary>What operators do with rules, lists, silences and incidents, over gRPC on a whole collector.</summary>
public sealed class OperatorServicesTests : IAsyncLifetime
{
    private const string Attacker = "203.0.113.77";
    private RunningCollector _collector = null!;
    private GrpcChannel _channel = null!;

    private RuleService.RuleServiceClient Rules => new(_channel);

    private AlertService.AlertServiceClient Alerts => new(_channel);

    private ListService.ListServiceClient Lists => new(_channel);

    private SilenceService.SilenceServiceClient Silences => new(_channel);

    public async ValueTask InitializeAsync()
    {
        _collector = await RunningCollector.StartAsync();
        _channel = _collector.ConnectLocal();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task Five_failures_are_an_alert_that_is_explained_event_by_event_and_an_incident_that_is_settled_as_one()
    {
        await FailAsync(5);
        var alert = await OneAsync(Alerts.ListAlerts(new ListAlertsRequest { Rule = "h01_ssh_bruteforce" }, deadline: Soon), r => r.Alerts);

        var explained = await Alerts.ExplainAlertAsync(new ExplainAlertRequest { AlertId = alert.AlertId }, deadline: Soon);
        Assert.Equal((">= 5", 5, 5, 600_000UL, ""), (explained.Condition, explained.Value, explained.Threshold, explained.WindowMs, explained.Remark));
        Assert.Equal([1UL, 2, 3, 4, 5], explained.Events.Select(e => e.Running));
        Assert.All(explained.Events, e => Assert.Contains("event.type: auth.failure", e.Met));
        Assert.Contains(explained.Events[0].Key, k => k is { Field: "source.ip", Value: Attacker });
        Assert.Equal(explained.Events[^1].Event.Event.EventTime - explained.Events[0].Event.Event.EventTime, explained.WindowTo - explained.WindowFrom);

        var incident = await OneAsync(Alerts.ListIncidents(new ListIncidentsRequest { Subject = Attacker }, deadline: Soon), r => r.Incidents);
        Assert.Equal(("source", AlertStatus.Active, 1u), (incident.Kind, incident.Status, incident.OpenCount));
        var updated = await Alerts.UpdateIncidentAsync(new UpdateIncidentRequest { IncidentId = incident.IncidentId, Status = AlertStatus.Acknowledged, Reason = "mine", Assignee = "alice" }, deadline: Soon);
        Assert.Equal((AlertStatus.Acknowledged, "alice", 1u, 0u), (updated.Incident.Status, updated.Incident.Assignee, updated.Changed, updated.Left));
        var shown = await Alerts.GetIncidentAsync(new GetIncidentRequest { IncidentId = incident.IncidentId[..8] }, deadline: Soon);
        Assert.Equal(alert.AlertId, Assert.Single(shown.Alerts).AlertId);
        Assert.Equal(5, shown.Timeline.Count(m => m.Kind == "event"));
        Assert.Contains(shown.Timeline, m => m is { Kind: "change", Actor.Length: > 0 } && m.Text.StartsWith("acknowledged", StringComparison.Ordinal));
        Assert.Equal(shown.Timeline.Select(m => m.Time).Order(), shown.Timeline.Select(m => m.Time));
    }

    [Fact]
    public async Task What_was_acknowledged_is_counted_in_a_list_that_is_asked_for_after_it()
    {
        await FailAsync(5);
        for (var count = 6UL; count <= 15; count++)
        {
            await FailAsync(1);
            var alert = await OneAsync(Alerts.ListAlerts(new ListAlertsRequest { Rule = "h01_ssh_bruteforce" }, deadline: Soon), r => r.Alerts);
            Assert.Equal(count, alert.Count);
        }
    }

    [Fact]
    public async Task A_rule_that_is_tuned_counts_by_the_new_number_and_its_history_says_who_and_why()
    {
        var tuned = await Rules.TuneRuleAsync(new TuneRuleRequest { Id = "h01_ssh_bruteforce", Thresholds = new RuleThresholds { Gte = 3, Level = AlertLevel.High }, Comment = "pen test" }, deadline: Soon);
        Assert.Equal((1u, true, ">= 3", AlertLevel.High), (tuned.Rule.Revision, tuned.Rule.Tuned, tuned.Rule.Condition, tuned.Rule.Level));
        await FailAsync(3);
        var alert = await OneAsync(Alerts.ListAlerts(new ListAlertsRequest { Rule = "h01_ssh_bruteforce" }, deadline: Soon), r => r.Alerts);
        Assert.Equal((AlertLevel.High, 3UL), (alert.Level, alert.Count));

        var rule = await Rules.GetRuleAsync(new GetRuleRequest { Id = "h01_ssh_bruteforce" }, deadline: Soon);
        Assert.Equal((5, 3), (rule.Defaults.Gte, rule.Effective.Gte));
        Assert.StartsWith("title:", rule.Yaml, StringComparison.Ordinal);
        Assert.Equal(1UL, rule.Rule.Hits1H);
        var change = Assert.Single((await Rules.GetRuleHistoryAsync(new GetRuleHistoryRequest { Id = "h01_ssh_bruteforce" }, deadline: Soon)).Changes);
        Assert.Equal(("tune", "as written", "condition=>= 3 level=high", "pen test"), (change.Operation, change.Before, change.After, change.Comment));

        var stale = await Assert.ThrowsAsync<RpcException>(async () => await Rules.TuneRuleAsync(new TuneRuleRequest { Id = "h01_ssh_bruteforce", Revision = 7 }, deadline: Soon));
        Assert.Equal(StatusCode.Aborted, stale.StatusCode);
        var reset = await Rules.TuneRuleAsync(new TuneRuleRequest { Id = "h01_ssh_bruteforce", Revision = 1 }, deadline: Soon);
        Assert.Equal((false, ">= 5"), (reset.Rule.Tuned, reset.Rule.Condition));
    }

    [Fact]
    public async Task A_test_says_what_a_rule_would_have_found_with_other_numbers_and_with_another_text()
    {
        await FailAsync(4);
        var lower = await TestAsync(new TestRuleRequest { Rule = "h01_ssh_bruteforce", Thresholds = new RuleThresholds { Gte = 4 }, Compare = true });
        Assert.Equal((1UL, 0UL), (lower.Summary.Alerts, lower.Summary.AlertsNow));
        Assert.Equal([Attacker], lower.Summary.MoreSources);
        Assert.Equal(AlertLevel.Critical, Assert.Single(lower.Alerts).Level);

        var own = await TestAsync(new TestRuleRequest { Yaml = OwnRule });
        Assert.Equal(["own_burst"], own.Summary.Rules);
        Assert.Equal(4UL, Assert.Single(own.Alerts).Count);
        Assert.DoesNotContain((await Rules.ListRulesAsync(new ListRulesRequest(), deadline: Soon)).Rules, r => r.Name == "own_burst");

        var broken = await TestAsync(new TestRuleRequest { Yaml = OwnRule.Replace("gte: 2", "gte: many", StringComparison.Ordinal) });
        Assert.Contains(broken.Problems, p => p is { File: "rule.yml", Line: 8, Column: > 1 } && p.Message.Contains("must be a number", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_text_is_checked_with_line_and_column_and_without_effect()
    {
        var wrong = await Rules.CheckRulesAsync(new CheckRulesRequest { Yaml = OwnRule.Replace("auth.failure", "auth.failure, f|nonsense: 1", StringComparison.Ordinal), File = "own.yml" }, deadline: Soon);
        Assert.Contains(wrong.Problems, p => p is { File: "own.yml", Line: 4, Column: > 20, Warning: false } && p.Message.Contains("nonsense", StringComparison.Ordinal));
        var right = await Rules.CheckRulesAsync(new CheckRulesRequest { Yaml = OwnRule }, deadline: Soon);
        Assert.Empty(right.Problems);
        Assert.Equal(["own_failure", "own_burst"], right.Rules.Select(r => r.Name));
    }

    [Fact]
    public async Task A_silence_keeps_alerts_away_until_it_is_ended()
    {
        var silence = (await Silences.AddSilenceAsync(new AddSilenceRequest { Silence = new Silence { Rule = "h0*", Source = "203.0.113.0/24", Reason = "drill" }, DurationS = 3600 }, deadline: Soon)).Silence;
        await FailAsync(6);
        Assert.Empty(await AllAsync(Alerts.ListAlerts(new ListAlertsRequest { SourceIp = Attacker }, deadline: Soon), r => r.Alerts));
        Assert.Equal((silence.Id, true), (Assert.Single((await Silences.ListSilencesAsync(new ListSilencesRequest(), deadline: Soon)).Silences).Id, (await Silences.RemoveSilenceAsync(new RemoveSilenceRequest { Id = silence.Id }, deadline: Soon)).Silence.Silenced > 0));
        await FailAsync(1);
        Assert.NotEmpty(await AllAsync(Alerts.ListAlerts(new ListAlertsRequest { SourceIp = Attacker }, deadline: Soon), r => r.Alerts));
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Silences.AddSilenceAsync(new AddSilenceRequest { Silence = new Silence { Reason = "everything" }, DurationS = 60 }, deadline: Soon));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task A_block_shows_first_what_it_would_hit_and_wants_to_be_forced_where_it_would_hurt()
    {
        await FailAsync(5);
        await Lists.AddEntriesAsync(new AddEntriesRequest { List = "carriers", Values = { "198.51.100.0/24" } }, deadline: Soon);
        var preview = await Lists.PreviewSourceAsync(new PreviewSourceRequest { Source = Attacker }, deadline: Soon);
        Assert.Equal((5UL, 0UL, true), (preview.FailedAuthentications, preview.CallsAnswered, preview.OpenAlerts > 0));
        Assert.Empty(preview.Warnings);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Lists.AddEntriesAsync(new AddEntriesRequest { List = "blocked", Values = { "198.51.100.7" } }, deadline: Soon));
        Assert.Equal((StatusCode.FailedPrecondition, true), (refused.StatusCode, refused.Status.Detail.Contains("carriers", StringComparison.Ordinal)));
        var added = await Lists.AddEntriesAsync(new AddEntriesRequest { List = "blocked", Values = { Attacker }, Comment = "ssh" }, deadline: Soon);
        Assert.Equal((1u, 3600L), (added.Added, (added.Entries[0].Expires - added.Entries[0].Created) / 1_000_000_000));
        Assert.Equal(Attacker, Assert.Single(await AllAsync(Lists.ListEntries(new ListEntriesRequest { List = "blocked" }, deadline: Soon), r => r.Entries)).Value);
        Assert.Equal(1u, (await Lists.RemoveEntriesAsync(new RemoveEntriesRequest { List = "blocked", Values = { Attacker } }, deadline: Soon)).Removed);
    }

    private const string OwnRule = """
        title: Own failure
        name: own_failure
        logsource: {product: sensornet}
        detection: {sel: {event.type: auth.failure}, condition: sel}
        ---
        title: Own burst
        name: own_burst
        correlation: {type: event_count, rules: [own_failure], group-by: [source.ip], timespan: 1h, condition: {gte: 2}}
        level: low
        """;

    private static DateTime Soon => SecuredServer.Soon;

    private async Task FailAsync(int times)
    {
        var events = new EventService.EventServiceClient(_channel);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        for (var i = 0; i < times; i++)
        {
            var e = Events.SshFailure(0, Attacker);
            e.EventTime = now + (i * 1_000_000);
            await events.IngestEventAsync(new IngestEventRequest { Event = e }, deadline: Soon);
        }
    }

    private async Task<(IReadOnlyList<Alert> Alerts, TestSummary Summary, IReadOnlyList<RuleProblem> Problems)> TestAsync(TestRuleRequest request)
    {
        var alerts = new List<Alert>();
        TestSummary? summary = null;
        IReadOnlyList<RuleProblem> problems = [];
        using var call = Rules.TestRule(request, deadline: Soon);
        while (await call.ResponseStream.MoveNext())
        {
            var response = call.ResponseStream.Current;
            summary ??= response.Summary;
            problems = response.Problems is { } found ? [.. found.Problems] : problems;
            if (response.Alert is { } alert)
            {
                alerts.Add(alert);
            }
        }

        return (alerts, summary!, problems);
    }

    private static async Task<T> OneAsync<TResponse, T>(AsyncServerStreamingCall<TResponse> call, Func<TResponse, IEnumerable<T>> items)
        where TResponse : class => Assert.Single(await AllAsync(call, items));

    private static async Task<IReadOnlyList<T>> AllAsync<TResponse, T>(AsyncServerStreamingCall<TResponse> call, Func<TResponse, IEnumerable<T>> items)
        where TResponse : class
    {
        var all = new List<T>();
        while (await call.ResponseStream.MoveNext())
        {
            all.AddRange(items(call.ResponseStream.Current));
        }

        return all;
    }
}
