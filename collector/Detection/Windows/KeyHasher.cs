using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// Turns a group key into 128 bits by SipHash-1-3 under a secret of this process: attackers choose the parts of keys
/// (addresses, user names), so they must not be able to aim for collisions. The hash stands for the key in memory; it is
/// never stored.
/// </summary>
internal sealed class KeyHasher
{
    /// <summary>Longer parts go in as their own hash, so that a key's buffer has a fixed size.</summary>
    private const int LongestPart = 192;
    public const int MaximumParts = 8;

    private readonly ulong _k0;
    private readonly ulong _k1;

    public KeyHasher()
    {
        Span<byte> secret = stackalloc byte[16];
        RandomNumberGenerator.Fill(secret);
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(secret);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]);
    }

    /// <summary>Hashes the fields' values.</summary>
    /// <returns>False when one of them is absent: such an event belongs to no group.</returns>
    public bool TryHash(ReadOnlySpan<EventField> fields, Event e, out UInt128 hash)
    {
        Span<byte> buffer = stackalloc byte[MaximumParts * (LongestPart + 2)];
        var length = 0;
        foreach (var field in fields)
        {
            var value = field.Get(e);
            if (!value.Exists)
            {
                hash = default;
                return false;
            }

            length += Append(buffer[length..], value);
        }

        hash = Hash(buffer[..length]);
        return true;
    }

    public ulong Hash64(string text) => (ulong)Hash(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>SipHash-1-3 with 128 bits of result (Aumasson and Bernstein, 2012).</summary>
    public UInt128 Hash(ReadOnlySpan<byte> data)
    {
        var v0 = _k0 ^ 0x736f6d6570736575UL;
        var v1 = _k1 ^ 0x646f72616e646f6dUL ^ 0xee;
        var v2 = _k0 ^ 0x6c7967656e657261UL;
        var v3 = _k1 ^ 0x7465646279746573UL;
        var last = (ulong)data.Length << 56;
        while (data.Length >= 8)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(data);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            data = data[8..];
        }

        for (var i = 0; i < data.Length; i++)
        {
            last |= (ulong)data[i] << (8 * i);
        }

        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xee;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        var low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return new UInt128(v0 ^ v1 ^ v2 ^ v3, low);
    }

    private int Append(Span<byte> buffer, in FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Address:
                var address = value.Address;
                buffer[0] = 1;
                buffer[1] = (byte)address.Length;
                address.CopyTo(buffer[2..]);
                return address.Length + 2;
            case FieldKind.Integer or FieldKind.Bool:
                buffer[0] = 2;
                BinaryPrimitives.WriteInt64LittleEndian(buffer[1..], value.Integer);
                return 9;
            default:
                var octets = MemoryMarshal.AsBytes((value.Kind == FieldKind.Text ? value.Text : value.ToString()).AsSpan());
                if (octets.Length <= LongestPart)
                {
                    buffer[0] = 3;
                    buffer[1] = (byte)octets.Length;
                    octets.CopyTo(buffer[2..]);
                    return octets.Length + 2;
                }

                buffer[0] = 4;
                BinaryPrimitives.WriteUInt128LittleEndian(buffer[1..], Hash(octets));
                return 17;
        }
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
