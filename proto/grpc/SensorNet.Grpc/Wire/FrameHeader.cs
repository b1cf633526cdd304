using System.Buffers;
using System.Buffers.Binary;

namespace SensorNet.Rpc.Wire;

/// <summary>The five octets before each message: a flag (1: compressed) and the length, big-endian.</summary>
internal readonly record struct FrameHeader(byte Flag, uint Length)
{
    public const int Size = 5;

    public static FrameHeader Read(ReadOnlySpan<byte> octets) => new(octets[0], BinaryPrimitives.ReadUInt32BigEndian(octets[1..]));

    /// <summary>False when fewer than five octets are there.</summary>
    public static bool TryRead(in ReadOnlySequence<byte> buffer, out FrameHeader header)
    {
        if (buffer.FirstSpan.Length >= Size)
        {
            header = Read(buffer.FirstSpan);
            return true;
        }

        if (buffer.Length < Size)
        {
            header = default;
            return false;
        }

        Span<byte> octets = stackalloc byte[Size];
        buffer.Slice(0, Size).CopyTo(octets);
        header = Read(octets);
        return true;
    }

    public static void Write(Span<byte> octets, bool compressed, int length)
    {
        octets[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(octets[1..], (uint)length);
    }
}
