using System.Buffers;
using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Serializes a message of announced length straight into the connection's buffers. Reused for each message of a call.
/// </summary>
internal sealed class ResponseMessage(IBufferWriter<byte> output, int limit) : SerializationContext, IBufferWriter<byte>
{
    private int _announced;
    private int _written;
    private bool _complete;

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: above the limit, nothing was written; INTERNAL: the marshaller failed.</exception>
    public void Write<T>(T message, Marshaller<T> marshaller)
    {
        _announced = -1;
        _written = 0;
        _complete = false;
        try
        {
            marshaller.ContextualSerializer(message, this);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"The message cannot be written: {e.Message}", e));
        }

        if (!_complete || _written != _announced)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The marshaller did not complete the message."));
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        if (payloadLength > limit)
        {
            throw new RpcException(FrameRules.TooLargeToSend(payloadLength, limit));
        }

        FrameHeader.Write(output.GetSpan(FrameHeader.Size), false, payloadLength);
        output.Advance(FrameHeader.Size);
        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter() =>
        _announced >= 0 ? this : throw new InvalidOperationException("The payload's length was not announced.");

    public override void Complete() => _complete = true;

    public override void Complete(byte[] payload)
    {
        SetPayloadLength(payload.Length);
        output.Write(payload);
        _written = payload.Length;
        _complete = true;
    }

    public void Advance(int count)
    {
        _written += count;
        output.Advance(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);
}
