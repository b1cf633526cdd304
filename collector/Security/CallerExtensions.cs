using Grpc.Core;

namespace SensorNet.Collector.Security;

internal static class CallerExtensions
{
    /// <summary>Who makes this call.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED: nobody was established.</exception>
    public static Caller GetCaller(this ServerCallContext context) =>
        context.GetHttpContext().Features.Get<Caller>()
        ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "This call needs a certificate, a token or the unix socket."));
}
