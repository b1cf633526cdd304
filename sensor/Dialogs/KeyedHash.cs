using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// 64-bit hashes of texts that attackers choose. The core is NH (RFC 4418): products of sums with a secret key word for
/// each place, which no one who does not know the key can make collide; blocks of 512 octets are chained by a secret
/// multiplier. The key is drawn when the object is made. About 1 ns per 16 octets; immutable and thread-safe.
/// </summary>
internal sealed class KeyedHash
{
    private const int BlockWords = 64;
    private readonly ulong[] _key = new ulong[BlockWords + 4];

    public KeyedHash()
    {
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_key.AsSpan()));
        _key[BlockWords] |= 1;
        _key[BlockWords + 1] |= 1;
        _key[BlockWords + 2] |= 1;
    }

    /// <summary>Never 0, which callers use for "nothing".</summary>
    public ulong Of(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length;
        while (text.Length > BlockWords * 8)
        {
            hash = Fold(hash ^ Block(text[..(BlockWords * 8)]), _key[BlockWords]);
            text = text[(BlockWords * 8)..];
        }

        return Fold(hash ^ Block(text), _key[BlockWords + 1]) | 1;
    }

    /// <summary>A hash of two hashes, in this order. Never 0.</summary>
    public ulong Of(ulong first, ulong second) =>
        Fold(Fold(first + _key[BlockWords + 3], _key[BlockWords]) ^ (second + _key[0]), _key[BlockWords + 2]) | 1;

    private ulong Block(ReadOnlySpan<byte> text)
    {
        ulong low = 0;
        ulong high = 0;
        var k = 0;
        while (text.Length >= 16)
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(text), BinaryPrimitives.ReadUInt64LittleEndian(text[8..]), k, ref high, ref low);
            text = text[16..];
            k += 2;
        }

        if (!text.IsEmpty)
        {
            Span<byte> last = stackalloc byte[16];
            last.Clear();
            text.CopyTo(last);
            Add(BinaryPrimitives.ReadUInt64LittleEndian(last), BinaryPrimitives.ReadUInt64LittleEndian(last[8..]), k, ref high, ref low);
        }

        return low ^ (high * _key[BlockWords + 2]);
    }

    private void Add(ulong first, ulong second, int k, ref ulong high, ref ulong low)
    {
        var top = Math.BigMul(first + _key[k], second + _key[k + 1], out var bottom);
        var sum = low + bottom;
        high += top + (sum < low ? 1UL : 0UL);
        low = sum;
    }

    private static ulong Fold(ulong value, ulong key)
    {
        var top = Math.BigMul(value ^ (value >> 32), key, out var bottom);
        return top ^ bottom;
    }
}
