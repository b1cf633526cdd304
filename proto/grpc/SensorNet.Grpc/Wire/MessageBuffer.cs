using System.Buffers;
using Grpc.Core;

namespace SensorNet.Rpc.Wire;

/// <summary>
/// Serializes messages into one pooled buffer, header included. Reused for each message of a call; not thread-safe.
/// </summary>
internal sealed class MessageBuffer(int limit) : SerializationContext, IBufferWriter<byte>
{
    private byte[] _buffer = [];
    private int _end;
    private bool _complete;

    /// <summary>Header and payload of the last message.</summary>
    public ReadOnlyMemory<byte> Frame => _buffer.AsMemory(0, _end);

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: above the limit; INTERNAL: the marshaller failed.</exception>
    public ReadOnlyMemory<byte> Write<T>(T message, Marshaller<T> marshaller, MessageEncoding? encoding)
    {
        _end = FrameHeader.Size;
        _complete = false;
        try
        {
            marshaller.ContextualSerializer(message, this);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"The message cannot be written: {e.Message}", e));
        }

        if (!_complete)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The marshaller did not complete the message."));
        }

        var length = _end - FrameHeader.Size;
        if (length > limit)
        {
            throw new RpcException(FrameRules.TooLargeToSend(length, limit));
        }

        if (encoding is not null)
        {
            Compress(encoding, length);
            length = _end - FrameHeader.Size;
        }

        FrameHeader.Write(_buffer, encoding is not null, length);
        return Frame;
    }

    public override void SetPayloadLength(int payloadLength)
    {
        if (payloadLength > limit)
        {
            throw new RpcException(FrameRules.TooLargeToSend(payloadLength, limit));
        }

        Reserve(payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete() => _complete = true;

    public override void Complete(byte[] payload)
    {
        SetPayloadLength(payload.Length);
        payload.CopyTo(_buffer, _end);
        _end += payload.Length;
        _complete = true;
    }

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_end);
    }

    /// <summary>Gives the buffer back; the next message rents another.</summary>
    public void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _end = 0;
        }
    }

    private void Compress(MessageEncoding encoding, int length)
    {
        var plain = _buffer;
        _buffer = [];
        _end = FrameHeader.Size;
        encoding.Compress(plain.AsMemory(FrameHeader.Size, length), this);
        ArrayPool<byte>.Shared.Return(plain);
    }

    private void Reserve(int count)
    {
        var start = Math.Max(_end, FrameHeader.Size);
        if (_buffer.Length - start >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(start + count, Math.Max(256, _buffer.Length * 2)));
        _buffer.AsSpan(0, Math.Min(start, _buffer.Length)).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
