using System.Net.Http.Headers;
using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Application metadata to and from the HTTP client's headers.</summary>
internal static class MetadataCodec
{
    // Servers of the C core drop the connection above 16 KiB, Kestrel above 32 KiB: better to fail one call here than
    // all calls there. Counted as HTTP/2 counts (RFC 9113 section 6.5.2).
    private const int Limit = 16 * 1024;
    private const int EntryOverhead = 32;

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: too large to be sent.</exception>
    public static void Write(Metadata metadata, HttpRequestHeaders headers)
    {
        var size = 0;
        foreach (var entry in metadata)
        {
            if (HeaderNames.IsReserved(entry.Key))
            {
                continue;
            }

            var value = entry.IsBinary ? BinaryHeader.Encode(entry.Octets) : entry.Value;
            size += entry.Key.Length + value.Length + EntryOverhead;
            if (size > Limit)
            {
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"Metadata of more than {Limit} octets is not sent."));
            }

            if (!headers.TryAddWithoutValidation(entry.Key, value))
            {
                throw new RpcException(new Status(StatusCode.Internal, $"The header {entry.Key} cannot be sent."));
            }
        }
    }

    public static Metadata Read(HttpResponseHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            if (HeaderNames.IsReserved(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataReader.Add(metadata, name, value);
            }
        }

        return metadata;
    }
}
