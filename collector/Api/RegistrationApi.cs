using Grpc.Core;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>Current and recent bindings.</summary>
internal sealed class RegistrationApi(RegistrationReader registrations, HostScopes scopes) : RegistrationService.RegistrationServiceBase
{
    private const int RegistrationsPerMessage = 200;

    public override async Task ListRegistrations(ListRegistrationsRequest request, IServerStreamWriter<ListRegistrationsResponse> responseStream, ServerCallContext context)
    {
        var scope = scopes.Of(context);
        foreach (var page in registrations.List(request).Where(registration => scope is null || scope.Sees(registration)).Chunk(RegistrationsPerMessage))
        {
            var response = new ListRegistrationsResponse();
            response.Registrations.Add(page);
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }
}
