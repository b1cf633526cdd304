using Grpc.Core;
using SensorNet.Collector.Alerts;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>Alerts and incidents: listed, watched, explained, settled.</summary>
internal sealed class AlertApi(AlertReader alerts, IncidentReader incidents, AlertExplainer explainer, AlertBook book, EventStore store, CommitLoop loop, HostScopes scopes)
    : AlertService.AlertServiceBase
{
    private const int AlertsPerMessage = 100;
    private const uint DefaultLimit = 1000;
    private const uint AllAlerts = 1_000_000;

    /// <summary>How long a reader waits at most for counts to be written.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public override async Task ListAlerts(ListAlertsRequest request, IServerStreamWriter<ListAlertsResponse> responseStream, ServerCallContext context)
    {
        await WriteCountsAsync(context.CancellationToken);
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

    public override async Task<GetAlertResponse> GetAlert(GetAlertRequest request, ServerCallContext context)
    {
        await WriteCountsAsync(context.CancellationToken);
        var scope = scopes.Of(context);
        var alert = Find(request.AlertId, scope)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"there is no alert `{request.AlertId}`"));
        var response = new GetAlertResponse { Alert = alert };
        response.Events.Add(AlertReader.EvidenceOf(alert).Select(store.Find).OfType<StoredEvent>().Where(stored => scope is null || scope.Sees(stored.Event)));
        response.History.Add(alerts.History(alert.AlertId));
        return response;
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

    public override async Task<ExplainAlertResponse> ExplainAlert(ExplainAlertRequest request, ServerCallContext context)
    {
        await WriteCountsAsync(context.CancellationToken);
        var scope = scopes.Of(context);
        var alert = Find(request.AlertId, scope)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"there is no alert `{request.AlertId}`"));
        return explainer.Explain(alert, AlertReader.EvidenceOf(alert).Select(store.Find).OfType<StoredEvent>().Where(stored => scope is null || scope.Sees(stored.Event)));
    }

    public override async Task ListIncidents(ListIncidentsRequest request, IServerStreamWriter<ListIncidentsResponse> responseStream, ServerCallContext context)
    {
        await WriteCountsAsync(context.CancellationToken);
        foreach (var page in incidents.List(request, scopes.Of(context)).Chunk(AlertsPerMessage))
        {
            await responseStream.WriteAsync(new ListIncidentsResponse { Incidents = { page } }, context.CancellationToken);
        }
    }

    public override async Task WatchIncidents(WatchIncidentsRequest request, IServerStreamWriter<WatchIncidentsResponse> responseStream, ServerCallContext context)
    {
        await foreach (var change in incidents.WatchAsync(request, scopes.Of(context), context.CancellationToken))
        {
            await responseStream.WriteAsync(change, context.CancellationToken);
        }
    }

    public override async Task<GetIncidentResponse> GetIncident(GetIncidentRequest request, ServerCallContext context)
    {
        await WriteCountsAsync(context.CancellationToken);
        var scope = scopes.Of(context);
        var (incident, own) = incidents.Get(request.IncidentId, scope) ?? throw NoIncident(request.IncidentId);
        var response = new GetIncidentResponse { Incident = incident };
        response.Alerts.Add(own);
        response.Timeline.Add(incidents.Timeline(own, store.Find, scope));
        return response;
    }

    public override async Task<UpdateIncidentResponse> UpdateIncident(UpdateIncidentRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var scope = scopes.Of(caller);
        var (incident, own) = incidents.Get(request.IncidentId, scope) ?? throw NoIncident(request.IncidentId);
        var change = new UpdateAlertRequest { Status = request.Status, Reason = request.Reason, DismissForS = request.DismissForS };
        if (request.HasNote)
        {
            change.Note = request.Note;
        }

        if (request.HasAssignee)
        {
            change.Assignee = request.Assignee;
        }

        var changed = 0;
        await loop.RunAsync(commit => changed = book.UpdateAll(own, change, caller.Name, caller.Source, store, commit), context.CancellationToken);
        return new UpdateIncidentResponse
        {
            Incident = incidents.Get(incident.IncidentId, scope)?.Incident ?? incident,
            Changed = (uint)changed,
            Left = (uint)(own.Count - changed),
        };
    }

    // Who asks after an event was acknowledged finds it counted, though counts are otherwise written once a second.
    private async ValueTask WriteCountsAsync(CancellationToken cancellation)
    {
        if (loop.Unavailable is not null)
        {
            return;
        }

        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        wait.CancelAfter(LongestWait);
        try
        {
            await loop.RunAsync(_ => book.WriteCounts(), wait.Token);
        }
        catch (StoreUnavailableException)
        {
            // What is stored can still be read.
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Likewise.
        }
    }

    private static RpcException NoIncident(string id) => new(new Status(StatusCode.NotFound, $"there is no incident `{id}`"));

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
