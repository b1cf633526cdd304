using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SensorNet.Collector.Storage;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// Turns a group key into 128 bits by SipHash-1-3 under a secret of this process: attackers choose the parts of keys
/// (addresses, user names), so they must not be able to aim for collisions. The hash stands for the key in memory; it is
/// never stored. Not thread-safe.
/// </summary>
internal sealed class KeyHasher
{
    /// <summary>Longer parts go in as their own hash, so that a key's buffer has a fixed size.</summary>
    private const int LongestPart = 192;
    public const int MaximumParts = 8;

    private readonly byte[] _buffer = new byte[MaximumParts * (LongestPart + 2)];
    private readonly SipHash _hash = new(RandomNumberGenerator.GetBytes(SipHash.KeyLength));

    /// <summary>Hashes the fields' values.</summary>
    /// <returns>False when one of them is absent: such an event belongs to no group.</returns>
    public bool TryHash(ReadOnlySpan<EventField> fields, Event e, out UInt128 hash)
    {
        var buffer = _buffer.AsSpan();
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

    public UInt128 Hash(ReadOnlySpan<byte> data) => _hash.Hash128(data);

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
}
