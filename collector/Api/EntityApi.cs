using Grpc.Core;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>What is known of sources, users, AoRs and hosts.</summary>
internal sealed class EntityApi(EntityReader entities, HostScopes scopes) : EntityService.EntityServiceBase
{
    private const int EntitiesPerMessage = 100;

    public override async Task ListEntities(ListEntitiesRequest request, IServerStreamWriter<ListEntitiesResponse> responseStream, ServerCallContext context)
    {
        var scope = scopes.Of(context);
        foreach (var page in entities.List(request).Where(entity => scope is null || scope.Sees(entity)).Chunk(EntitiesPerMessage))
        {
            var response = new ListEntitiesResponse();
            response.Entities.Add(page);
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    public override Task<GetEntityActivityResponse> GetEntityActivity(GetEntityActivityRequest request, ServerCallContext context) =>
        scopes.Of(context) is not { } scope || (entities.Get(request.Kind, request.Id) is { } entity && scope.Sees(entity))
            ? Task.FromResult(entities.Activity(request))
            : throw new RpcException(new Status(StatusCode.NotFound, $"nothing is known of `{request.Id}`"));
}
