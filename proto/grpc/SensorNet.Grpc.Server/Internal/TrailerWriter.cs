using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using SensorNet.Rpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Writes a status and metadata into headers or trailers.</summary>
internal static class TrailerWriter
{
    // RFC 9113 section 6.5.2: a peer may limit header lists; 8 KiB is the protocol's suggestion for all of them.
    private const int LongestMessage = 2048;

    private static readonly string[] s_codes = [.. Enumerable.Range(0, 17).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    public static void Write(IHeaderDictionary headers, Status status, Metadata? trailers)
    {
        var code = (int)status.StatusCode;
        headers[HeaderNames.Status] = (uint)code < (uint)s_codes.Length ? s_codes[code] : code.ToString(CultureInfo.InvariantCulture);
        if (status.Detail.Length > 0)
        {
            var detail = status.Detail.Length > LongestMessage ? status.Detail[..LongestMessage] : status.Detail;
            headers[HeaderNames.Message] = PercentCodec.Encode(detail);
        }

        if (trailers is { Count: > 0 })
        {
            Write(headers, trailers);
        }
    }

    public static void Write(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (!HeaderNames.IsReserved(entry.Key))
            {
                var value = entry.IsBinary ? BinaryHeader.Encode(entry.Octets) : entry.Value;
                headers[entry.Key] = StringValues.Concat(headers[entry.Key], value);
            }
        }
    }
}
