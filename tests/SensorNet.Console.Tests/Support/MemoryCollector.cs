using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Google.Protobuf;
using SensorNet.Console.Client;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Support;

/// <summary>A collector in memory: what a test puts in is what the console sees, and what the console does is recorded.</summary>
internal sealed class MemoryCollector : ICollector
{
    private readonly List<Channel<WatchAlertsResponse>> _watchers = [];
    private readonly List<Channel<TailEventsResponse>> _tails = [];
    private readonly Lock _lock = new();

    public string Address => "unix:/run/sensornet/collector.sock";

    /// <summary>Clear values and what the collector holds in their place.</summary>
    public Dictionary<string, string> Sealed { get; } = new(StringComparer.Ordinal);

    public string StoredAs(string clear) => Sealed.GetValueOrDefault(clear, clear);

    /// <summary>Lists begin to come when this is done; null: at once.</summary>
    public TaskCompletionSource? Holds { get; set; }

    /// <summary>Every call fails so while this is set.</summary>
    public CollectorException? Failure { get; set; }

    public GetStatusResponse Status { get; set; } = new();

    public WhoAmIResponse Me { get; set; } = new() { Name = "alice", Role = Role.Admin };

    public Dictionary<string, Alert> Alerts { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, GetAlertResponse> AlertDetails { get; } = new(StringComparer.Ordinal);

    public List<StoredEvent> Events { get; } = [];

    public List<CallRecord> Calls { get; } = [];

    public List<Registration> Registrations { get; } = [];

    public List<Entity> Entities { get; } = [];

    public List<Sensor> Sensors { get; } = [];

    public List<Rule> Rules { get; } = [];

    public List<Token> Tokens { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    public List<Incident> Incidents { get; } = [];

    public Dictionary<string, GetIncidentResponse> IncidentDetails { get; } = new(StringComparer.Ordinal);

    public List<NamedList> Lists { get; } = [];

    public List<ListEntry> Entries { get; } = [];

    public Dictionary<string, PreviewSourceResponse> Previews { get; } = new(StringComparer.Ordinal);

    public List<Silence> Silences { get; } = [];

    public Dictionary<string, GetRuleResponse> RuleDetails { get; } = new(StringComparer.Ordinal);

    public List<RuleChange> RuleChanges { get; } = [];

    /// <summary>What a test of a rule answers, in order.</summary>
    public List<TestRuleResponse> TestParts { get; } = [];

    public CheckRulesResponse Check { get; set; } = new();

    public ReloadRulesResponse Reload { get; set; } = new();

    public GetStatisticsResponse Statistics { get; set; } = new();

    /// <summary>Whether somebody follows the alerts and knows those that were open before.</summary>
    public bool IsWatched { get; private set; }

    /// <summary>Whether somebody follows the events.</summary>
    public bool IsTailed { get; set; }

    /// <summary>Requests that changed something, or asked something worth a look, in order.</summary>
    public ConcurrentQueue<object> Requests { get; } = new();

    /// <summary>Called before an alert is updated; may throw.</summary>
    public Action<UpdateAlertRequest>? BeforeUpdate { get; set; }

    public Task<GetStatusResponse> GetStatusAsync(CancellationToken cancellation) => Answer(Status);

    public Task<WhoAmIResponse> WhoAmIAsync(CancellationToken cancellation) => Answer(Me);

    public IAsyncEnumerable<Alert> ListAlertsAsync(ListAlertsRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        return Stream(Alerts.Values.Where(a =>
            (request.Statuses.Count == 0 || request.Statuses.Contains(a.Status)) && a.Level >= request.MinLevel
            && (request.SourceIp.Length == 0 || a.SourceIp == request.SourceIp)).ToList());
    }

    public async IAsyncEnumerable<WatchAlertsResponse> WatchAlertsAsync(WatchAlertsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Answer(0);
        var channel = Channel.CreateUnbounded<WatchAlertsResponse>();
        List<Alert> open;
        lock (_lock)
        {
            _watchers.Add(channel);
            open = [.. Alerts.Values.Where(a => a.Status is AlertStatus.Active or AlertStatus.Acknowledged)];
        }

        foreach (var alert in request.IncludeOpen ? open : [])
        {
            yield return new WatchAlertsResponse { Alert = alert.Clone() };
        }

        yield return new WatchAlertsResponse { CaughtUp = true };

        // Whoever asks for more has taken note that what follows is news.
        IsWatched = true;
        await foreach (var change in channel.Reader.ReadAllAsync(cancellation))
        {
            yield return change;
        }
    }

    public Task<GetAlertResponse> GetAlertAsync(string alertId, CancellationToken cancellation)
    {
        if (!Alerts.TryGetValue(alertId, out var alert))
        {
            throw new CollectorException(CollectorFailure.NotFound, $"Not found: alert {alertId}.");
        }

        var detail = AlertDetails.TryGetValue(alertId, out var known) ? known.Clone() : new GetAlertResponse();
        detail.Alert = alert.Clone();
        return Answer(detail);
    }

    public Task<Alert> UpdateAlertAsync(UpdateAlertRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        BeforeUpdate?.Invoke(request);
        if (!Alerts.TryGetValue(request.AlertId, out var alert))
        {
            throw new CollectorException(CollectorFailure.NotFound, $"Not found: alert {request.AlertId}.");
        }

        if (request.Revision != 0 && request.Revision != alert.Revision)
        {
            throw new CollectorException(CollectorFailure.Conflict, "Not done: the alert has changed.");
        }

        var updated = alert.Clone();
        updated.Revision++;
        updated.Status = request.Status == AlertStatus.Unspecified ? alert.Status : request.Status;
        updated.Note = request.HasNote ? request.Note : alert.Note;
        updated.Assignee = request.HasAssignee ? request.Assignee : alert.Assignee;
        updated.StatusBy = Me.Name;
        PutAlert(updated, "status");
        return Answer(updated.Clone());
    }

    public Task<ExplainAlertResponse> ExplainAlertAsync(string alertId, CancellationToken cancellation)
    {
        var alert = Alerts[alertId];
        var explained = new ExplainAlertResponse { Alert = alert, Kind = "event_count", Condition = ">= 50", WindowMs = 60_000, WindowFrom = alert.FirstSeen, WindowTo = alert.LastSeen, Value = alert.Count, Threshold = 50 };
        foreach (var stored in AlertDetails.GetValueOrDefault(alertId)?.Events ?? [])
        {
            explained.Events.Add(new ExplainedEvent { Event = stored, Rule = "sip_auth_failed", InWindow = true, Running = (ulong)explained.Events.Count + 49, Met = { "event.type: sip.auth.failed" } });
        }

        return Answer(explained);
    }

    public IAsyncEnumerable<Incident> ListIncidentsAsync(ListIncidentsRequest request, CancellationToken cancellation) => Stream(Incidents);

    public Task<GetIncidentResponse> GetIncidentAsync(string incidentId, CancellationToken cancellation) =>
        IncidentDetails.TryGetValue(incidentId, out var detail) ? Answer(detail) : throw new CollectorException(CollectorFailure.NotFound, $"Not found: incident {incidentId}.");

    public Task<UpdateIncidentResponse> UpdateIncidentAsync(UpdateIncidentRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        var incident = Incidents.First(i => i.IncidentId == request.IncidentId).Clone();
        incident.Status = request.Status == AlertStatus.Unspecified ? incident.Status : request.Status;
        Incidents[Incidents.FindIndex(i => i.IncidentId == request.IncidentId)] = incident;
        return Answer(new UpdateIncidentResponse { Incident = incident, Changed = incident.OpenCount });
    }

    public Task<IReadOnlyList<NamedList>> ListListsAsync(CancellationToken cancellation) => Answer<IReadOnlyList<NamedList>>([.. Lists]);

    public IAsyncEnumerable<ListEntry> ListEntriesAsync(ListEntriesRequest request, CancellationToken cancellation) =>
        Stream(Entries.Where(e => request.List.Length == 0 || e.List == request.List).ToList());

    public Task<AddEntriesResponse> AddEntriesAsync(AddEntriesRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        var response = new AddEntriesResponse { Added = (uint)request.Values.Count };
        foreach (var value in request.Values)
        {
            var entry = new ListEntry
            {
                List = request.List,
                Value = value,
                Comment = request.Comment,
                CreatedBy = Me.Name,
                Created = SampleData.Nanoseconds(0),
                Expires = request.ExpiresS == 0 ? 0 : SampleData.Nanoseconds(request.ExpiresS),
                Origin = "console",
            };
            Entries.RemoveAll(e => e.List == request.List && e.Value == value);
            Entries.Add(entry);
            response.Entries.Add(entry);
        }

        return Answer(response);
    }

    public Task<uint> RemoveEntriesAsync(RemoveEntriesRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        return Answer((uint)Entries.RemoveAll(e => e.List == request.List && request.Values.Contains(e.Value)));
    }

    public Task<PreviewSourceResponse> PreviewSourceAsync(PreviewSourceRequest request, CancellationToken cancellation) =>
        Answer(Previews.GetValueOrDefault(request.Source, new PreviewSourceResponse { Events = 4832, FailedAuthentications = 4812, OpenAlerts = 1, Sources = 1 }));

    public Task<IReadOnlyList<Silence>> ListSilencesAsync(bool includeExpired, CancellationToken cancellation) =>
        Answer<IReadOnlyList<Silence>>([.. Silences.Where(s => includeExpired || s.Expires > SampleData.Nanoseconds(0))]);

    public Task<Silence> AddSilenceAsync(AddSilenceRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        var silence = request.Silence.Clone();
        silence.Id = $"s{Silences.Count + 1}";
        silence.CreatedBy = Me.Name;
        silence.Created = SampleData.Nanoseconds(0);
        silence.Expires = silence.Expires != 0 ? silence.Expires : SampleData.Nanoseconds(request.DurationS);
        Silences.Add(silence);
        return Answer(silence);
    }

    public Task<Silence> RemoveSilenceAsync(RemoveSilenceRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        var silence = Silences.FirstOrDefault(s => s.Id == request.Id) ?? throw new CollectorException(CollectorFailure.NotFound, $"Not found: silence {request.Id}.");
        Silences.Remove(silence);
        return Answer(silence);
    }

    public async IAsyncEnumerable<QueryEventsResponse> QueryEventsAsync(QueryEventsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        await Answer(0);
        var page = new QueryEventsResponse { Complete = true };
        page.Events.AddRange(Events.AsEnumerable().Reverse().Take((int)request.Limit));
        yield return page;
    }

    public async IAsyncEnumerable<TailBatch> TailEventsAsync(TailEventsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in TailAsync(request, cancellation))
        {
            yield return TailBatch.Parse(batch.ToByteArray());
        }
    }

    public StoredEvent Open(ByteString octets) => StoredEvent.Parser.ParseFrom(octets);

    /// <summary>The tail as a collector sends it.</summary>
    public async IAsyncEnumerable<TailEventsResponse> TailAsync(TailEventsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        await Answer(0);
        var channel = Channel.CreateUnbounded<TailEventsResponse>();
        lock (_lock)
        {
            _tails.Add(channel);
        }

        IsTailed = true;

        await foreach (var batch in channel.Reader.ReadAllAsync(cancellation))
        {
            yield return batch;
        }
    }

    public Task<IReadOnlyList<StoredEvent>> GetEventsAsync(IEnumerable<ulong> positions, CancellationToken cancellation) =>
        Answer<IReadOnlyList<StoredEvent>>([.. Events.Where(e => positions.Contains(e.Position))]);

    public Task<GetStatisticsResponse> GetStatisticsAsync(GetStatisticsRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        return Answer(Statistics);
    }

    public IAsyncEnumerable<CallRecord> ListCallsAsync(ListCallsRequest request, CancellationToken cancellation) => Stream(Calls);

    public Task<CallRecord> GetCallAsync(string callId, CancellationToken cancellation) =>
        Answer(Calls.FirstOrDefault(c => c.CallId == callId) ?? throw new CollectorException(CollectorFailure.NotFound, $"Not found: call {callId}."));

    public IAsyncEnumerable<Registration> ListRegistrationsAsync(ListRegistrationsRequest request, CancellationToken cancellation) => Stream(Registrations);

    public IAsyncEnumerable<Entity> ListEntitiesAsync(ListEntitiesRequest request, CancellationToken cancellation) => Stream(Entities);

    public Task<GetEntityActivityResponse> GetEntityActivityAsync(GetEntityActivityRequest request, CancellationToken cancellation)
    {
        var entity = Entities.FirstOrDefault(e => e.Id == request.Id) ?? throw new CollectorException(CollectorFailure.NotFound, $"Not found: {request.Id}.");
        var response = new GetEntityActivityResponse { Entity = entity, FailedAuthentications = 12, Calls = 3 };
        response.Recent.AddRange(Events.TakeLast(3));
        return Answer(response);
    }

    public Task<IReadOnlyList<Sensor>> ListSensorsAsync(CancellationToken cancellation) => Answer<IReadOnlyList<Sensor>>([.. Sensors]);

    public Task<Sensor> SetEventTypesAsync(SetEventTypesRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        var sensor = Sensors.First(s => s.Id == request.SensorId).Clone();
        sensor.DisabledEventTypes.Clear();
        sensor.DisabledEventTypes.AddRange(request.Disabled);
        return Answer(sensor);
    }

    public Task<IReadOnlyList<Rule>> ListRulesAsync(CancellationToken cancellation) => Answer<IReadOnlyList<Rule>>([.. Rules]);

    public Task<Rule> SetRuleAsync(SetRuleRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        var rule = Rules.First(r => r.Id == request.Id).Clone();
        rule.Enabled = request.HasEnabled ? request.Enabled : rule.Enabled;
        rule.DryRun = request.HasDryRun ? request.DryRun : rule.DryRun;
        return Answer(rule);
    }

    public Task<GetCorrelationStateResponse> GetCorrelationStateAsync(GetCorrelationStateRequest request, CancellationToken cancellation) =>
        Answer(new GetCorrelationStateResponse());

    public Task<GetRuleResponse> GetRuleAsync(string id, CancellationToken cancellation) =>
        RuleDetails.TryGetValue(id, out var detail) ? Answer(detail)
        : Rules.FirstOrDefault(r => r.Id == id || r.Name == id) is { } rule ? Answer(new GetRuleResponse { Rule = rule, Effective = new RuleThresholds { Gte = 50, WindowMs = 60_000 }, Defaults = new RuleThresholds { Gte = 50, WindowMs = 60_000 }, Yaml = $"title: {rule.Title}\nlevel: critical\n" })
        : throw new CollectorException(CollectorFailure.NotFound, $"Not found: rule {id}.");

    public Task<TuneRuleResponse> TuneRuleAsync(TuneRuleRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        var rule = Rules.First(r => r.Id == request.Id || r.Name == request.Id).Clone();
        rule.Revision++;
        return Answer(new TuneRuleResponse { Rule = rule, Tunings = { new RuleTuning { Group = request.Group, Thresholds = request.Thresholds, Actor = Me.Name, Time = SampleData.Nanoseconds(0), Comment = request.Comment } } });
    }

    public Task<IReadOnlyList<RuleChange>> GetRuleHistoryAsync(GetRuleHistoryRequest request, CancellationToken cancellation) => Answer<IReadOnlyList<RuleChange>>([.. RuleChanges]);

    public IAsyncEnumerable<TestRuleResponse> TestRuleAsync(TestRuleRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        return Stream(TestParts);
    }

    public Task<CheckRulesResponse> CheckRulesAsync(CheckRulesRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        return Answer(Check);
    }

    public Task<ReloadRulesResponse> ReloadRulesAsync(bool dryRun, CancellationToken cancellation)
    {
        Requests.Enqueue(new ReloadRulesRequest { DryRun = dryRun });
        return Answer(Reload);
    }

    public Task<CreateTokenResponse> CreateTokenAsync(CreateTokenRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        return Answer(new CreateTokenResponse { Token = "sn1.id.secret.pin", Id = "id", Expires = SampleData.Nanoseconds(3600) });
    }

    public Task<IReadOnlyList<Token>> ListTokensAsync(CancellationToken cancellation) => Answer<IReadOnlyList<Token>>([.. Tokens]);

    public Task RevokeTokenAsync(string id, CancellationToken cancellation)
    {
        Requests.Enqueue(new RevokeTokenRequest { Id = id });
        return Answer(0);
    }

    public Task<uint> RevokeCertificateAsync(RevokeCertificateRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        return Answer(1u);
    }

    public IAsyncEnumerable<AuditEntry> ListAuditAsync(ListAuditRequest request, CancellationToken cancellation) => Stream(Audit);

    public Task<ulong> BackupAsync(string directory, CancellationToken cancellation) => Answer(1024UL);

    public Task<ulong> IngestEventAsync(Event custom, CancellationToken cancellation) => Answer(1UL);

    /// <summary>An alert is new or changed; whoever watches is told.</summary>
    public void PutAlert(Alert alert, string change)
    {
        lock (_lock)
        {
            Alerts[alert.AlertId] = alert;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(new WatchAlertsResponse { Alert = alert.Clone(), Change = change });
            }
        }
    }

    /// <summary>Events are stored; whoever tails is told.</summary>
    public void Store(params StoredEvent[] events)
    {
        Events.AddRange(events);
        var batch = new TailEventsResponse();
        batch.Events.AddRange(events);
        lock (_lock)
        {
            _tails.ForEach(tail => tail.Writer.TryWrite(batch));
        }
    }

    /// <summary>Ends every stream as a broken connection would.</summary>
    public void Break(CollectorException failure)
    {
        Failure = failure;
        lock (_lock)
        {
            _watchers.ForEach(w => w.Writer.TryComplete(failure));
            _tails.ForEach(t => t.Writer.TryComplete(failure));
            _watchers.Clear();
            _tails.Clear();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<T> Answer<T>(T answer) => Failure is { } failure ? Task.FromException<T>(failure) : Task.FromResult(answer);

    private async IAsyncEnumerable<T> Stream<T>(IEnumerable<T> items)
    {
        await Answer(0);
        await (Holds?.Task ?? Task.CompletedTask);
        foreach (var item in items)
        {
            yield return item;
        }
    }
}
