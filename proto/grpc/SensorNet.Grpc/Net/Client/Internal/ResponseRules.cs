using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Judges a response's headers and trailers (gRPC over HTTP/2, "Responses"; statuscodes.md).</summary>
internal static class ResponseRules
{
    /// <summary>Why this is no gRPC response, or null.</summary>
    public static Status? Refusal(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            // A status that the server sent all the same says more than the HTTP code.
            return response.Headers.NonValidated.Contains(HeaderNames.Status)
                ? Status(response.Headers)
                : new Status(StatusMapping.FromHttp(response.StatusCode), $"The server answered HTTP {(int)response.StatusCode}.");
        }

        var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : "";
        if (!HeaderNames.IsGrpcContentType(contentType))
        {
            return new Status(StatusCode.Unknown, $"The server answered with content type \"{contentType}\".");
        }

        var encoding = First(response.Headers, HeaderNames.Encoding);
        return MessageEncoding.TryGet(encoding, out _)
            ? null
            : new Status(StatusCode.Internal, $"The server compresses with \"{encoding}\", which was not offered.");
    }

    public static MessageEncoding? Encoding(HttpResponseHeaders headers)
    {
        MessageEncoding.TryGet(First(headers, HeaderNames.Encoding), out var encoding);
        return encoding;
    }

    /// <summary>The status in these headers; UNKNOWN when there is none that can be read.</summary>
    public static Status Status(HttpResponseHeaders headers)
    {
        if (First(headers, HeaderNames.Status) is not { } text)
        {
            return new Status(StatusCode.Unknown, "The server ended the call without grpc-status.");
        }

        var message = PercentCodec.Decode(First(headers, HeaderNames.Message) ?? "");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return new Status(StatusCode.Unknown, $"The server sent grpc-status \"{text}\". {message}".TrimEnd());
        }

        return code is >= 0 and <= (int)StatusCode.Unauthenticated
            ? new Status((StatusCode)code, message)
            : new Status(StatusCode.Unknown, $"The server sent grpc-status {code}. {message}".TrimEnd());
    }

    private static string? First(HttpResponseHeaders headers, string name)
    {
        if (headers.NonValidated.TryGetValues(name, out var values))
        {
            foreach (var value in values)
            {
                return value;
            }
        }

        return null;
    }
}
