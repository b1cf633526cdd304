using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Makes an endpoint of every method that generated code names.</summary>
internal sealed class EndpointBinder<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods)] TService>(IEndpointRouteBuilder routes, Type serviceType) : ServiceBinderBase
    where TService : class
{
    private readonly CallSettings _settings = routes.ServiceProvider.GetService<CallSettings>()
        ?? throw new InvalidOperationException("Call AddGrpc before mapping gRPC services.");

    private readonly List<IEndpointConventionBuilder> _endpoints = [];
    private readonly List<IMethod> _methods = [];

    public IEndpointConventionBuilder Finish()
    {
        UnknownMethods.Map(routes, _settings, _methods);
        return new EndpointConventions(_endpoints);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var target = handler ?? PerCall(
            Bind<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(method, typeof(TRequest), typeof(ServerCallContext)));
        var chain = InterceptorChain.Unary(_settings.Interceptors, target);
        Map(method, async call => await call.WriteSingleAsync(await chain(await call.ReadSingleAsync().ConfigureAwait(false), call).ConfigureAwait(false)).ConfigureAwait(false));

        UnaryServerMethod<TRequest, TResponse> PerCall(Func<TService, TRequest, ServerCallContext, Task<TResponse>> open) =>
            async (request, context) =>
            {
                await using var instance = Activate(context);
                return await open(instance.Value, request, context).ConfigureAwait(false);
            };
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var target = handler ?? PerCall(
            Bind<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext)));
        var chain = InterceptorChain.ClientStreaming(_settings.Interceptors, target);
        Map(method, async call => await call.WriteSingleAsync(await chain(call, call).ConfigureAwait(false)).ConfigureAwait(false));

        ClientStreamingServerMethod<TRequest, TResponse> PerCall(Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> open) =>
            async (requests, context) =>
            {
                await using var instance = Activate(context);
                return await open(instance.Value, requests, context).ConfigureAwait(false);
            };
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var target = handler ?? PerCall(
            Bind<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)));
        var chain = InterceptorChain.ServerStreaming(_settings.Interceptors, target);
        Map(method, async call => await chain(await call.ReadSingleAsync().ConfigureAwait(false), call, call).ConfigureAwait(false));

        ServerStreamingServerMethod<TRequest, TResponse> PerCall(Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> open) =>
            async (request, responses, context) =>
            {
                await using var instance = Activate(context);
                await open(instance.Value, request, responses, context).ConfigureAwait(false);
            };
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var target = handler ?? PerCall(
            Bind<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)));
        var chain = InterceptorChain.DuplexStreaming(_settings.Interceptors, target);
        Map(method, call => chain(call, call, call));

        DuplexStreamingServerMethod<TRequest, TResponse> PerCall(Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> open) =>
            async (requests, responses, context) =>
            {
                await using var instance = Activate(context);
                await open(instance.Value, requests, responses, context).ConfigureAwait(false);
            };
    }

    private static TDelegate Bind<TDelegate>(IMethod method, params Type[] parameters)
        where TDelegate : Delegate
    {
        var target = typeof(TService).GetMethod(method.Name, parameters)
            ?? throw new InvalidOperationException($"{typeof(TService)} has no method {method.Name} for {method.FullName}.");
        return target.CreateDelegate<TDelegate>();
    }

    private static ServiceInstance<TService> Activate(ServerCallContext context) =>
        ServiceInstance<TService>.Get(context.GetHttpContext().RequestServices);

    private void Map<TRequest, TResponse>(Method<TRequest, TResponse> method, Func<ServerCall<TRequest, TResponse>, Task> handler)
        where TRequest : class
        where TResponse : class
    {
        var settings = _settings;
        RequestDelegate run = http => ServerCall<TRequest, TResponse>.RunAsync(http, method, settings, handler);
        var endpoint = routes.MapMethods(Pattern(method.FullName), [HttpMethods.Post], run);
        endpoint.WithDisplayName($"gRPC {method.FullName}");
        endpoint.WithMetadata(new GrpcMethodMetadata(serviceType, method));
        _endpoints.Add(endpoint);
        _methods.Add(method);
    }

    private static string Pattern(string path) => RoutePatternFactory.Parse(path).RawText!;
}
