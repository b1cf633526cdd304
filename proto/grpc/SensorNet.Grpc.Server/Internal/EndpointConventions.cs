using Microsoft.AspNetCore.Builder;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Applies a convention to all endpoints of a service.</summary>
internal sealed class EndpointConventions(List<IEndpointConventionBuilder> endpoints) : IEndpointConventionBuilder
{
    public void Add(Action<EndpointBuilder> convention)
    {
        foreach (var endpoint in endpoints)
        {
            endpoint.Add(convention);
        }
    }
}
