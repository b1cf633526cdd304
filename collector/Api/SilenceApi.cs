using Grpc.Core;
using SensorNet.Collector.Alerts;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>Silences: listed, made and ended.</summary>
internal sealed class SilenceApi(AlertBook alerts, CommitLoop loop, HostScopes scopes, TimeProvider clock) : SilenceService.SilenceServiceBase
{
    public override Task<ListSilencesResponse> ListSilences(ListSilencesRequest request, ServerCallContext context)
    {
        var scope = scopes.Of(context);
        var now = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var response = new ListSilencesResponse();
        response.Silences.Add(alerts.Silences.List(request.IncludeExpired, now).Where(s => scope is null || scope.SeesHost(s.Host)));
        return Task.FromResult(response);
    }

    public override async Task<AddSilenceResponse> AddSilence(AddSilenceRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        if (scopes.Of(caller) is { } scope && !scope.SeesHost(request.Silence?.Host ?? ""))
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"{caller.Name} may silence its own hosts only: name one of {string.Join(", ", caller.Groups)} as `host`"));
        }

        Silence? silence = null;
        await loop.RunAsync(commit => silence = alerts.Silences.Add(request, caller.Name, caller.Source, commit), context.CancellationToken);
        return new AddSilenceResponse { Silence = silence };
    }

    public override async Task<RemoveSilenceResponse> RemoveSilence(RemoveSilenceRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        if (scopes.Of(caller) is { } scope && alerts.Silences.Find(request.Id) is { } found && !scope.SeesHost(found.Host))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"there is no silence `{request.Id}`"));
        }

        Silence? silence = null;
        await loop.RunAsync(commit => silence = alerts.Silences.Remove(request.Id, request.Reason, caller.Name, caller.Source, commit), context.CancellationToken);
        return new RemoveSilenceResponse { Silence = silence };
    }
}
