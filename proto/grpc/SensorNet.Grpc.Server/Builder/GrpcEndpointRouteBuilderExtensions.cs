using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Serves methods that generated code bound to a service instance.</summary>
    public static IEndpointConventionBuilder MapGrpcService(this IEndpointRouteBuilder builder, ServerServiceDefinition serviceDefinition)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(serviceDefinition);
        var binder = new EndpointBinder<object>(builder, typeof(ServerServiceDefinition));
        serviceDefinition.BindService(binder);
        return binder.Finish();
    }

    /// <summary>Serves a class derived from a generated base; each call gets its instance from the container, or a new one.</summary>
    /// <exception cref="InvalidOperationException">The class is not derived from a generated service base.</exception>
    public static IEndpointConventionBuilder MapGrpcService<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods)] TService>(
        this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var attribute = FindAttribute(typeof(TService));
        var bind = attribute.BindType.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .Single(m => m.Name == attribute.BindMethodName
                && m.GetParameters() is [var binderParameter, _]
                && binderParameter.ParameterType == typeof(ServiceBinderBase));
        var binder = new EndpointBinder<TService>(builder, typeof(TService));
        bind.Invoke(null, [binder, null]);
        return binder.Finish();
    }

    private static BindServiceMethodAttribute FindAttribute(Type service)
    {
        for (var type = service; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                return attribute;
            }
        }

        throw new InvalidOperationException($"{service} is no gRPC service: derive it from the generated …Base class.");
    }
}
