using System.Net;
using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The body of a call with one request message.</summary>
internal sealed class MessageContent(MessageEncoding? encoding, int limit, WriteOptions? options) : HttpContent
{
    private readonly MessageBuffer _buffer = new(limit);

    public void Write<T>(T message, Marshaller<T> marshaller)
    {
        var plain = options is not null && (options.Flags & WriteFlags.NoCompress) != 0;
        _buffer.Write(message, marshaller, plain ? null : encoding);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_buffer.Frame, cancellationToken).AsTask();

    // Content-Length is not part of the protocol and adds nothing to the frame's own length.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _buffer.Release();
        }

        base.Dispose(disposing);
    }
}
