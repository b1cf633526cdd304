using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SensorNet.Rpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Answers that end a call before its handler runs.</summary>
internal static class Refusals
{
    /// <summary>The HTTP status for a request that is no gRPC call at all, or null.</summary>
    public static int? NotGrpc(HttpContext http)
    {
        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            return StatusCodes.Status426UpgradeRequired;
        }

        return HeaderNames.IsGrpcContentType(http.Request.ContentType) ? null : StatusCodes.Status415UnsupportedMediaType;
    }

    /// <summary>A status instead of headers, messages and trailers ("Trailers-Only").</summary>
    public static void Answer(HttpContext http, Status status, Metadata? trailers = null)
    {
        http.Response.ContentType = HeaderNames.ContentType;
        TrailerWriter.Write(http.Response.Headers, status, trailers);
    }
}
