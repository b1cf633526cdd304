using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace SensorNet.Rpc.Server;

/// <summary>Ends a call from middleware, before its endpoint and without touching its body.</summary>
public static class CallRefusal
{
    /// <summary>Answers with a status instead of headers, messages and trailers; what is no gRPC call gets an HTTP status.</summary>
    public static void Answer(HttpContext http, Status status)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (Refusals.NotGrpc(http) is { } code)
        {
            http.Response.StatusCode = code;
            return;
        }

        Refusals.Answer(http, status);
    }
}
