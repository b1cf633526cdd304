using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Console.Client;

internal sealed partial class GrpcCollector
{
    public Task<GetStatusResponse> GetStatusAsync(CancellationToken cancellation) =>
        AskAsync(o => _admin.GetStatusAsync(new GetStatusRequest(), o), cancellation);

    public Task<WhoAmIResponse> WhoAmIAsync(CancellationToken cancellation) =>
        AskAsync(o => _admin.WhoAmIAsync(new WhoAmIRequest(), o), cancellation);

    public IAsyncEnumerable<Alert> ListAlertsAsync(ListAlertsRequest request, CancellationToken cancellation) =>
        ReadPagesAsync(o => _alerts.ListAlerts(request, o), page => page.Alerts, cancellation);

    public IAsyncEnumerable<WatchAlertsResponse> WatchAlertsAsync(WatchAlertsRequest request, CancellationToken cancellation) =>
        ReadAsync(o => _alerts.WatchAlerts(request, o), cancellation);

    public async Task<GetAlertResponse> GetAlertAsync(string alertId, CancellationToken cancellation)
    {
        var answer = await AskAsync(o => _alerts.GetAlertAsync(new GetAlertRequest { AlertId = alertId }, o), cancellation);
        _opener.Open(answer.Events);
        return answer;
    }

    public async Task<Alert> UpdateAlertAsync(UpdateAlertRequest request, CancellationToken cancellation) =>
        (await AskAsync(o => _alerts.UpdateAlertAsync(request, o), cancellation)).Alert;

    public Task<ExplainAlertResponse> ExplainAlertAsync(string alertId, CancellationToken cancellation) =>
        AskAsync(o => _alerts.ExplainAlertAsync(new ExplainAlertRequest { AlertId = alertId }, o), cancellation);

    public IAsyncEnumerable<Incident> ListIncidentsAsync(ListIncidentsRequest request, CancellationToken cancellation) =>
        ReadPagesAsync(o => _alerts.ListIncidents(request, o), page => page.Incidents, cancellation);

    public Task<GetIncidentResponse> GetIncidentAsync(string incidentId, CancellationToken cancellation) =>
        AskAsync(o => _alerts.GetIncidentAsync(new GetIncidentRequest { IncidentId = incidentId }, o), cancellation);

    public Task<UpdateIncidentResponse> UpdateIncidentAsync(UpdateIncidentRequest request, CancellationToken cancellation) =>
        AskAsync(o => _alerts.UpdateIncidentAsync(request, o), cancellation);

    public async Task<IReadOnlyList<NamedList>> ListListsAsync(CancellationToken cancellation) =>
        (await AskAsync(o => _lists.ListListsAsync(new ListListsRequest(), o), cancellation)).Lists;

    public IAsyncEnumerable<ListEntry> ListEntriesAsync(ListEntriesRequest request, CancellationToken cancellation) =>
        ReadPagesAsync(o => _lists.ListEntries(request, o), page => page.Entries, cancellation);

    public Task<AddEntriesResponse> AddEntriesAsync(AddEntriesRequest request, CancellationToken cancellation) =>
        AskAsync(o => _lists.AddEntriesAsync(request, o), cancellation);

    public async Task<uint> RemoveEntriesAsync(RemoveEntriesRequest request, CancellationToken cancellation) =>
        (await AskAsync(o => _lists.RemoveEntriesAsync(request, o), cancellation)).Removed;

    public Task<PreviewSourceResponse> PreviewSourceAsync(PreviewSourceRequest request, CancellationToken cancellation) =>
        AskAsync(o => _lists.PreviewSourceAsync(request, o), cancellation);

    public async Task<IReadOnlyList<Silence>> ListSilencesAsync(bool includeExpired, CancellationToken cancellation) =>
        (await AskAsync(o => _silences.ListSilencesAsync(new ListSilencesRequest { IncludeExpired = includeExpired }, o), cancellation)).Silences;

    public async Task<Silence> AddSilenceAsync(AddSilenceRequest request, CancellationToken cancellation) =>
        (await AskAsync(o => _silences.AddSilenceAsync(request, o), cancellation)).Silence;

    public async Task<Silence> RemoveSilenceAsync(RemoveSilenceRequest request, CancellationToken cancellation) =>
        (await AskAsync(o => _silences.RemoveSilenceAsync(request, o), cancellation)).Silence;

    public IAsyncEnumerable<QueryEventsResponse> QueryEventsAsync(QueryEventsRequest request, CancellationToken cancellation) =>
        ReadAsync(o => _events.QueryEvents(_opener.Widen(request), o), cancellation, page => _opener.Open(page.Events));

    public IAsyncEnumerable<TailBatch> TailEventsAsync(TailEventsRequest request, CancellationToken cancellation) =>
        ReadAsync(o => _invoker.AsyncServerStreamingCall(TailBatch.Method, null, o, new TailEventsRequest(request) { Query = _opener.Widen(request.Query) }), cancellation);

    public StoredEvent Open(ByteString octets) => _opener.Open([StoredEvent.Parser.ParseFrom(octets)])[0];

    public async Task<IReadOnlyList<StoredEvent>> GetEventsAsync(IEnumerable<ulong> positions, CancellationToken cancellation)
    {
        var request = new GetEventsRequest();
        request.Positions.AddRange(positions);
        return _opener.Open((await AskAsync(o => _events.GetEventsAsync(request, o), cancellation)).Events);
    }

    public Task<GetStatisticsResponse> GetStatisticsAsync(GetStatisticsRequest request, CancellationToken cancellation) =>
        AskAsync(o => _events.GetStatisticsAsync(new GetStatisticsRequest(request) { Query = _opener.Widen(request.Query) }, o), cancellation);

    public IAsyncEnumerable<CallRecord> ListCallsAsync(ListCallsRequest request, CancellationToken cancellation) =>
        ReadPagesAsync(o => _calls.ListCalls(request, o), page => page.Calls, cancellation);

    public async Task<CallRecord> GetCallAsync(string callId, CancellationToken cancellation) =>
        (await AskAsync(o => _calls.GetCallAsync(new GetCallRequest { CallId = callId }, o), cancellation)).Call;

    public IAsyncEnumerable<Registration> ListRegistrationsAsync(ListRegistrationsRequest request, CancellationToken cancellation) =>
        ReadPagesAsync(o => _registrations.ListRegistrations(request, o), page => page.Registrations, cancellation);

    public IAsyncEnumerable<Entity> ListEntitiesAsync(ListEntitiesRequest request, CancellationToken cancellation) =>
        ReadPagesAsync(o => _entities.ListEntities(request, o), page => page.Entities, cancellation);

    public Task<GetEntityActivityResponse> GetEntityActivityAsync(GetEntityActivityRequest request, CancellationToken cancellation) =>
        AskAsync(o => _entities.GetEntityActivityAsync(request, o), cancellation);

    public async Task<IReadOnlyList<Sensor>> ListSensorsAsync(CancellationToken cancellation) =>
        (await AskAsync(o => _sensors.ListSensorsAsync(new ListSensorsRequest(), o), cancellation)).Sensors;

    public async Task<Sensor> SetEventTypesAsync(SetEventTypesRequest request, CancellationToken cancellation) =>
        (await AskAsync(o => _sensors.SetEventTypesAsync(request, o), cancellation)).Sensor;

    public async Task<IReadOnlyList<Rule>> ListRulesAsync(CancellationToken cancellation) =>
        (await AskAsync(o => _rules.ListRulesAsync(new ListRulesRequest(), o), cancellation)).Rules;

    public async Task<Rule> SetRuleAsync(SetRuleRequest request, CancellationToken cancellation) =>
        (await AskAsync(o => _rules.SetRuleAsync(request, o), cancellation)).Rule;

    public Task<GetCorrelationStateResponse> GetCorrelationStateAsync(GetCorrelationStateRequest request, CancellationToken cancellation) =>
        AskAsync(o => _rules.GetCorrelationStateAsync(request, o), cancellation);

    public Task<GetRuleResponse> GetRuleAsync(string id, CancellationToken cancellation) =>
        AskAsync(o => _rules.GetRuleAsync(new GetRuleRequest { Id = id }, o), cancellation);

    public Task<TuneRuleResponse> TuneRuleAsync(TuneRuleRequest request, CancellationToken cancellation) =>
        AskAsync(o => _rules.TuneRuleAsync(request, o), cancellation);

    public async Task<IReadOnlyList<RuleChange>> GetRuleHistoryAsync(GetRuleHistoryRequest request, CancellationToken cancellation) =>
        (await AskAsync(o => _rules.GetRuleHistoryAsync(request, o), cancellation)).Changes;

    public IAsyncEnumerable<TestRuleResponse> TestRuleAsync(TestRuleRequest request, CancellationToken cancellation) =>
        ReadAsync(o => _rules.TestRule(request, o), cancellation);

    public Task<CheckRulesResponse> CheckRulesAsync(CheckRulesRequest request, CancellationToken cancellation) =>
        AskAsync(o => _rules.CheckRulesAsync(request, o), cancellation);

    public Task<ReloadRulesResponse> ReloadRulesAsync(bool dryRun, CancellationToken cancellation) =>
        AskAsync(o => _rules.ReloadRulesAsync(new ReloadRulesRequest { DryRun = dryRun }, o), cancellation);

    public Task<CreateTokenResponse> CreateTokenAsync(CreateTokenRequest request, CancellationToken cancellation) =>
        AskAsync(o => _admin.CreateTokenAsync(request, o), cancellation);

    public async Task<IReadOnlyList<Token>> ListTokensAsync(CancellationToken cancellation) =>
        (await AskAsync(o => _admin.ListTokensAsync(new ListTokensRequest(), o), cancellation)).Tokens;

    public Task RevokeTokenAsync(string id, CancellationToken cancellation) =>
        AskAsync(o => _admin.RevokeTokenAsync(new RevokeTokenRequest { Id = id }, o), cancellation);

    public async Task<uint> RevokeCertificateAsync(RevokeCertificateRequest request, CancellationToken cancellation) =>
        (await AskAsync(o => _admin.RevokeCertificateAsync(request, o), cancellation)).ConnectionsClosed;

    public IAsyncEnumerable<AuditEntry> ListAuditAsync(ListAuditRequest request, CancellationToken cancellation) =>
        ReadPagesAsync(o => _admin.ListAudit(request, o), page => page.Entries, cancellation);

    public async Task<ulong> BackupAsync(string directory, CancellationToken cancellation)
    {
        // A copy of a large store takes as long as it takes: no deadline.
        return (await AskAsync(o => _admin.BackupAsync(new BackupRequest { Directory = directory }, o.WithDeadline(DateTime.MaxValue)), cancellation)).Bytes;
    }

    public async Task<ulong> IngestEventAsync(Event custom, CancellationToken cancellation) =>
        (await AskAsync(o => _events.IngestEventAsync(new IngestEventRequest { Event = custom }, o), cancellation)).Position;
}
