using System.Buffers;
using Grpc.Core;

namespace SensorNet.Rpc.Wire;

/// <summary>Gives a received payload to a marshaller without copying it. Reused for each message of a call.</summary>
internal sealed class MessageReader : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <exception cref="RpcException">INTERNAL: the payload is no such message.</exception>
    public T Read<T>(in ReadOnlySequence<byte> payload, Marshaller<T> marshaller)
    {
        _payload = payload;
        try
        {
            return marshaller.ContextualDeserializer(this);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"The message cannot be read: {e.Message}", e));
        }
        finally
        {
            _payload = default;
        }
    }
}
