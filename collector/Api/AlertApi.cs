using Grpc.Core;
using SensorNet.Collector.Alerts;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>Alerts: listed, watched, explained, settled.</summary>
internal sealed class AlertApi(AlertReader alerts, AlertBook book, EventStore store, CommitLoop loop, HostScopes scopes) : AlertService.AlertServiceBase
{
    private const int AlertsPerMessage = 100;
    private const uint DefaultLimit = 1000;
    private const uint AllAlerts = 1_000_000;

    public override async Task ListAlerts(ListAlertsRequest request, IServerStreamWriter<ListAlertsResponse> responseStream, ServerCallContext context)
    {
        foreach (var page in List(request, scopes.Of(context)).Chunk(AlertsPerMessage))
        {
            var response = new ListAlertsResponse();
            response.Alerts.Add(page);
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    public override async Task WatchAlerts(WatchAlertsRequest request, IServerStreamWriter<WatchAlertsResponse> responseStream, ServerCallContext context)
    {
        var scope = scopes.Of(context);
        await foreach (var change in alerts.WatchAsync(request, context.CancellationToken))
        {
            if (scope is not null && change.Alert is not null && !scope.Sees(change.Alert))
            {
                continue;
            }

            await responseStream.WriteAsync(change, context.CancellationToken);
        }
    }

    public override Task<GetAlertResponse> GetAlert(GetAlertRequest request, ServerCallContext context)
    {
        var scope = scopes.Of(context);
        var alert = Find(request.AlertId, scope)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"there is no alert `{request.AlertId}`"));
        var response = new GetAlertResponse { Alert = alert };
        response.Events.Add(AlertReader.EvidenceOf(alert).Select(store.Find).OfType<StoredEvent>().Where(stored => scope is null || scope.Sees(stored.Event)));
        response.History.Add(alerts.History(alert.AlertId));
        return Task.FromResult(response);
    }

    public override async Task<UpdateAlertResponse> UpdateAlert(UpdateAlertRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var scope = scopes.Of(caller);
        if (Find(request.AlertId, scope) is { } found)
        {
            request.AlertId = found.AlertId;
        }
        else if (scope is not null)
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"there is no alert `{request.AlertId}`"));
        }

        Alert? updated = null;
        await loop.RunAsync(commit => updated = book.Update(request, caller.Name, caller.Source, store, commit), context.CancellationToken);
        return new UpdateAlertResponse { Alert = updated };
    }

    private Alert? Find(string id, HostScope? scope) =>
        alerts.Get(id) is { } alert && (scope is null || scope.Sees(alert)) ? alert : null;

    // The limit is of what the caller may see.
    private IEnumerable<Alert> List(ListAlertsRequest request, HostScope? scope)
    {
        if (scope is null)
        {
            return alerts.List(request);
        }

        var limit = request.Limit == 0 ? DefaultLimit : Math.Min(request.Limit, AllAlerts);
        request.Limit = AllAlerts;
        return alerts.List(request).Where(scope.Sees).Take((int)limit);
    }
}
