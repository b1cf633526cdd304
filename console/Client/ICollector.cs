using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Console.Client;

/// <summary>
/// A collector as the console sees it. Every member may be called from any thread and concurrently; every one throws
/// <see cref="CollectorException"/> when the collector cannot be reached or refuses, and
/// <see cref="OperationCanceledException"/> when its token is cancelled.
/// </summary>
internal interface ICollector : IAsyncDisposable
{
    /// <summary>Where it is, as the operator wrote it.</summary>
    string Address { get; }

    /// <summary>What to search for to find what events show as this: another value where it was encrypted and opened here.</summary>
    string StoredAs(string clear);

    Task<GetStatusResponse> GetStatusAsync(CancellationToken cancellation);

    Task<WhoAmIResponse> WhoAmIAsync(CancellationToken cancellation);

    IAsyncEnumerable<Alert> ListAlertsAsync(ListAlertsRequest request, CancellationToken cancellation);

    IAsyncEnumerable<WatchAlertsResponse> WatchAlertsAsync(WatchAlertsRequest request, CancellationToken cancellation);

    Task<GetAlertResponse> GetAlertAsync(string alertId, CancellationToken cancellation);

    Task<Alert> UpdateAlertAsync(UpdateAlertRequest request, CancellationToken cancellation);

    Task<ExplainAlertResponse> ExplainAlertAsync(string alertId, CancellationToken cancellation);

    IAsyncEnumerable<Incident> ListIncidentsAsync(ListIncidentsRequest request, CancellationToken cancellation);

    Task<GetIncidentResponse> GetIncidentAsync(string incidentId, CancellationToken cancellation);

    Task<UpdateIncidentResponse> UpdateIncidentAsync(UpdateIncidentRequest request, CancellationToken cancellation);

    Task<IReadOnlyList<NamedList>> ListListsAsync(CancellationToken cancellation);

    IAsyncEnumerable<ListEntry> ListEntriesAsync(ListEntriesRequest request, CancellationToken cancellation);

    Task<AddEntriesResponse> AddEntriesAsync(AddEntriesRequest request, CancellationToken cancellation);

    Task<uint> RemoveEntriesAsync(RemoveEntriesRequest request, CancellationToken cancellation);

    Task<PreviewSourceResponse> PreviewSourceAsync(PreviewSourceRequest request, CancellationToken cancellation);

    Task<IReadOnlyList<Silence>> ListSilencesAsync(bool includeExpired, CancellationToken cancellation);

    Task<Silence> AddSilenceAsync(AddSilenceRequest request, CancellationToken cancellation);

    Task<Silence> RemoveSilenceAsync(RemoveSilenceRequest request, CancellationToken cancellation);

    /// <summary>Whole responses, because each carries the cursor to go on from.</summary>
    IAsyncEnumerable<QueryEventsResponse> QueryEventsAsync(QueryEventsRequest request, CancellationToken cancellation);

    IAsyncEnumerable<TailBatch> TailEventsAsync(TailEventsRequest request, CancellationToken cancellation);

    /// <summary>An event of the tail as an object, what was encrypted opened where its key is held.</summary>
    StoredEvent Open(ByteString octets);

    Task<IReadOnlyList<StoredEvent>> GetEventsAsync(IEnumerable<ulong> positions, CancellationToken cancellation);

    Task<GetStatisticsResponse> GetStatisticsAsync(GetStatisticsRequest request, CancellationToken cancellation);

    IAsyncEnumerable<CallRecord> ListCallsAsync(ListCallsRequest request, CancellationToken cancellation);

    Task<CallRecord> GetCallAsync(string callId, CancellationToken cancellation);

    IAsyncEnumerable<Registration> ListRegistrationsAsync(ListRegistrationsRequest request, CancellationToken cancellation);

    IAsyncEnumerable<Entity> ListEntitiesAsync(ListEntitiesRequest request, CancellationToken cancellation);

    Task<GetEntityActivityResponse> GetEntityActivityAsync(GetEntityActivityRequest request, CancellationToken cancellation);

    Task<IReadOnlyList<Sensor>> ListSensorsAsync(CancellationToken cancellation);

    Task<Sensor> SetEventTypesAsync(SetEventTypesRequest request, CancellationToken cancellation);

    Task<IReadOnlyList<Rule>> ListRulesAsync(CancellationToken cancellation);

    Task<Rule> SetRuleAsync(SetRuleRequest request, CancellationToken cancellation);

    Task<GetCorrelationStateResponse> GetCorrelationStateAsync(GetCorrelationStateRequest request, CancellationToken cancellation);

    Task<GetRuleResponse> GetRuleAsync(string id, CancellationToken cancellation);

    Task<TuneRuleResponse> TuneRuleAsync(TuneRuleRequest request, CancellationToken cancellation);

    Task<IReadOnlyList<RuleChange>> GetRuleHistoryAsync(GetRuleHistoryRequest request, CancellationToken cancellation);

    /// <summary>Progress, alerts and at the end a summary, as they come.</summary>
    IAsyncEnumerable<TestRuleResponse> TestRuleAsync(TestRuleRequest request, CancellationToken cancellation);

    Task<CheckRulesResponse> CheckRulesAsync(CheckRulesRequest request, CancellationToken cancellation);

    Task<ReloadRulesResponse> ReloadRulesAsync(bool dryRun, CancellationToken cancellation);

    Task<CreateTokenResponse> CreateTokenAsync(CreateTokenRequest request, CancellationToken cancellation);

    Task<IReadOnlyList<Token>> ListTokensAsync(CancellationToken cancellation);

    Task RevokeTokenAsync(string id, CancellationToken cancellation);

    Task<uint> RevokeCertificateAsync(RevokeCertificateRequest request, CancellationToken cancellation);

    IAsyncEnumerable<AuditEntry> ListAuditAsync(ListAuditRequest request, CancellationToken cancellation);

    Task<ulong> BackupAsync(string directory, CancellationToken cancellation);

    Task<ulong> IngestEventAsync(Event custom, CancellationToken cancellation);
}
