using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Alerts;
using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Api;

/// <summary>Says every refusal of the parts behind the services in gRPC's own terms, in one place.</summary>
internal sealed class ErrorInterceptor(ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (StatusOf(e, context) is { } status)
        {
            throw new RpcException(status);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (StatusOf(e, context) is { } status)
        {
            throw new RpcException(status);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception e) when (StatusOf(e, context) is { } status)
        {
            throw new RpcException(status);
        }
    }

    private Status? StatusOf(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case RpcException or OperationCanceledException:
                return null;
            case QueryException e:
                return new Status(StatusCode.InvalidArgument, e.Message);
            case ChangeRefusedException e:
                return new Status(CodeOf(e.Refusal), e.Message);
            case StoreUnavailableException e:
                return new Status(StatusCode.ResourceExhausted, e.Message);
            case TooSlowException e:
                return new Status(StatusCode.ResourceExhausted, e.Message);
            default:
                logger.LogError(exception, "{Method} failed", context.Method);
                return new Status(StatusCode.Internal, "the collector failed to answer; its log says why");
        }
    }

    private static StatusCode CodeOf(Refusal refusal) => refusal switch
    {
        Refusal.NotFound => StatusCode.NotFound,
        Refusal.Conflict => StatusCode.Aborted,
        Refusal.Invalid => StatusCode.InvalidArgument,
        _ => StatusCode.FailedPrecondition,
    };
}
