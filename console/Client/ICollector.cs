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

    Task<GetStatusResponse> GetStatusAsync(CancellationToken cancellation);

    Task<WhoAmIResponse> WhoAmIAsync(CancellationToken cancellation);

    IAsyncEnumerable<Alert> ListAlertsAsync(ListAlertsRequest request, CancellationToken cancellation);

    IAsyncEnumerable<WatchAlertsResponse> WatchAlertsAsync(WatchAlertsRequest request, CancellationToken cancellation);

    Task<GetAlertResponse> GetAlertAsync(string alertId, CancellationToken cancellation);

    Task<Alert> UpdateAlertAsync(UpdateAlertRequest request, CancellationToken cancellation);

    /// <summary>Whole responses, because each carries the cursor to go on from.</summary>
    IAsyncEnumerable<QueryEventsResponse> QueryEventsAsync(QueryEventsRequest request, CancellationToken cancellation);

    IAsyncEnumerable<TailEventsResponse> TailEventsAsync(TailEventsRequest request, CancellationToken cancellation);

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

    Task<CreateTokenResponse> CreateTokenAsync(CreateTokenRequest request, CancellationToken cancellation);

    Task<IReadOnlyList<Token>> ListTokensAsync(CancellationToken cancellation);

    Task RevokeTokenAsync(string id, CancellationToken cancellation);

    Task<uint> RevokeCertificateAsync(RevokeCertificateRequest request, CancellationToken cancellation);

    IAsyncEnumerable<AuditEntry> ListAuditAsync(ListAuditRequest request, CancellationToken cancellation);

    Task<ulong> BackupAsync(string directory, CancellationToken cancellation);

    Task<ulong> IngestEventAsync(Event custom, CancellationToken cancellation);
}
