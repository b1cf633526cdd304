using Grpc.Core;
using SensorNet.Collector.Security;
using SensorNet.Collector.Sensors;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>The sensors and what they are told to send.</summary>
internal sealed class SensorApi(SensorDirectory sensors, HostScopes scopes, AuditLog audit) : SensorService.SensorServiceBase
{
    public override Task<ListSensorsResponse> ListSensors(ListSensorsRequest request, ServerCallContext context)
    {
        var response = new ListSensorsResponse();
        var scope = scopes.Of(context);
        foreach (var sensor in sensors.List().Where(sensor => scope is null || scope.SeesSensor(sensor.Id)))
        {
            sensor.Group = scopes.GroupOf(sensor.Id);
            response.Sensors.Add(sensor);
        }

        return Task.FromResult(response);
    }

    public override async Task<SetEventTypesResponse> SetEventTypes(SetEventTypesRequest request, ServerCallContext context)
    {
        if (scopes.Of(context) is { } scope && !scope.SeesSensor(request.SensorId))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"no sensor `{request.SensorId}`"));
        }

        var names = new List<string>();
        foreach (var word in request.Disabled)
        {
            var types = EventTypes.Named(word);
            if (types.Count == 0)
            {
                var nearest = NearestWord.Of(word, EventTypes.All.Select(t => t.Name));
                throw new RpcException(new Status(StatusCode.InvalidArgument, $"no event type `{word}`" + (nearest is null ? "" : $"; did you mean `{nearest}`?")));
            }

            names.AddRange(types.Select(t => t.Name));
        }

        var before = string.Join(',', sensors.Find(request.SensorId)?.DisabledEventTypes ?? []);
        var sensor = await sensors.SetEventTypesAsync(request.SensorId, names, context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"no sensor `{request.SensorId}`"));
        var caller = context.GetCaller();
        await audit.WriteAsync(caller.Name, caller.Source, new Audit
        {
            ClassName = "sensor",
            ObjectId = sensor.Id,
            Operation = "update",
            Before = $"disabled={before}",
            After = $"disabled={string.Join(',', names)}",
        });
        return new SetEventTypesResponse { Sensor = sensor };
    }
}
