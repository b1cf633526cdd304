using System.Buffers;
using System.IO.Compression;
using Grpc.Core;

namespace SensorNet.Rpc.Wire;

/// <summary>A message compression that both sides name in <c>grpc-encoding</c>. Stateless and thread-safe.</summary>
internal sealed class MessageEncoding
{
    public const string Identity = "identity";

    /// <summary>What we accept, as <c>grpc-accept-encoding</c> lists it.</summary>
    public const string Accepted = "identity,gzip,deflate";

    public static readonly MessageEncoding Gzip = new("gzip", (stream, level) => new GZipStream(stream, level, true), stream => new GZipStream(stream, CompressionMode.Decompress));

    /// <summary>"deflate" is the zlib format, as everywhere in HTTP (RFC 9110 section 8.4.1.2).</summary>
    public static readonly MessageEncoding Deflate = new("deflate", (stream, level) => new ZLibStream(stream, level, true), stream => new ZLibStream(stream, CompressionMode.Decompress));

    private readonly Func<Stream, CompressionLevel, Stream> _compress;
    private readonly Func<Stream, Stream> _inflate;

    private MessageEncoding(string name, Func<Stream, CompressionLevel, Stream> compress, Func<Stream, Stream> inflate)
    {
        Name = name;
        _compress = compress;
        _inflate = inflate;
    }

    public string Name { get; }

    /// <summary>False for a name that is not spoken here; null encoding for identity and for no name at all.</summary>
    public static bool TryGet(string? name, out MessageEncoding? encoding)
    {
        encoding = name switch
        {
            "gzip" => Gzip,
            "deflate" => Deflate,
            _ => null,
        };
        return encoding is not null || name is null or Identity;
    }

    public void Compress(ReadOnlyMemory<byte> plain, IBufferWriter<byte> output)
    {
        using var sink = new BufferWriterStream(output);
        using var stream = _compress(sink, CompressionLevel.Fastest);
        stream.Write(plain.Span);
    }

    /// <summary>Inflates into a pooled array, never more than the limit.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: it grows above the limit; INTERNAL: it is no such data.</exception>
    public (byte[] Array, int Length) Inflate(in ReadOnlySequence<byte> compressed, int limit)
    {
        var array = ArrayPool<byte>.Shared.Rent((int)Math.Min(limit, Math.Max(1024, compressed.Length * 4)));
        var length = 0;
        try
        {
            using var source = new SequenceStream(compressed);
            using var stream = _inflate(source);
            while (true)
            {
                if (length == array.Length)
                {
                    array = Grow(array, length);
                }

                var read = stream.Read(array, length, array.Length - length);
                if (read == 0)
                {
                    return (array, length);
                }

                length += read;
                if (length > limit)
                {
                    throw new RpcException(FrameRules.TooLarge(length, limit));
                }
            }
        }
        catch (Exception e)
        {
            ArrayPool<byte>.Shared.Return(array);
            throw e as RpcException ?? new RpcException(new Status(StatusCode.Internal, $"The message is no valid {Name}.", e));
        }
    }

    private static byte[] Grow(byte[] array, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(array.Length * 2);
        array.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(array);
        return larger;
    }
}
