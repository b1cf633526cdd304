using System.Net;
using Grpc.Core;

namespace SensorNet.Rpc.Wire;

/// <summary>Statuses that the client has to make up because the server sent none (grpc/doc/statuscodes.md, http-grpc-status-mapping.md).</summary>
internal static class StatusMapping
{
    public static StatusCode FromHttp(HttpStatusCode code) => (int)code switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>HTTP/2 error codes (RFC 9113 section 7) of a stream that was reset.</summary>
    public static StatusCode FromHttp2Error(long errorCode) => errorCode switch
    {
        7 => StatusCode.Unavailable,
        8 => StatusCode.Cancelled,
        11 => StatusCode.ResourceExhausted,
        12 => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };

    public static Status FromException(Exception exception)
    {
        var words = Words(exception);
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case RpcException rpc:
                    return rpc.Status;
                case HttpProtocolException protocol:
                    return new Status(IsStreamReset(protocol) ? FromHttp2Error(protocol.ErrorCode) : StatusCode.Unavailable, words, exception);
                case HttpRequestException request when request.HttpRequestError is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError
                    or HttpRequestError.ResponseEnded
                    or HttpRequestError.VersionNegotiationError:
                    return new Status(StatusCode.Unavailable, words, exception);
                case HttpRequestException request when request.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded:
                    return new Status(StatusCode.ResourceExhausted, words, exception);
                case System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException:
                    return new Status(StatusCode.Unavailable, words, exception);
                default:
                    break;
            }
        }

        return exception switch
        {
            OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
            HttpRequestException or IOException or ObjectDisposedException => new Status(StatusCode.Unavailable, words, exception),
            _ => new Status(StatusCode.Internal, words, exception),
        };
    }

    /// <summary>
    /// True when the server reset this one stream; else the whole connection went (GOAWAY, ping timeout), which says
    /// nothing about the call. The framework has one type for both and tells them apart by its words, or by their key
    /// where resources are trimmed.
    /// </summary>
    private static bool IsStreamReset(HttpProtocolException e) =>
        e.Message.Contains("reset the stream", StringComparison.Ordinal) || e.Message.Contains("stream_error", StringComparison.Ordinal);

    private static string Words(Exception exception)
    {
        var words = exception.Message;
        for (var e = exception.InnerException; e is not null; e = e.InnerException)
        {
            if (!words.Contains(e.Message, StringComparison.Ordinal))
            {
                words += " " + e.Message;
            }
        }

        return words;
    }
}
