using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
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

    public GetStatisticsResponse Statistics { get; set; } = new();

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

    public async IAsyncEnumerable<QueryEventsResponse> QueryEventsAsync(QueryEventsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        await Answer(0);
        var page = new QueryEventsResponse { Complete = true };
        page.Events.AddRange(Events.AsEnumerable().Reverse().Take((int)request.Limit));
        yield return page;
    }

    public async IAsyncEnumerable<TailEventsResponse> TailEventsAsync(TailEventsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        await Answer(0);
        var channel = Channel.CreateUnbounded<TailEventsResponse>();
        lock (_lock)
        {
            _tails.Add(channel);
        }

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
        foreach (var item in items)
        {
            yield return item;
        }
    }
}
