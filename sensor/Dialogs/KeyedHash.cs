using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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
    private readonly ulong[] _key = new ulong[BlockWords];
    private readonly ulong _chainFold;
    private readonly ulong _lastFold;
    private readonly ulong _blockFold;
    private readonly ulong _pairFirst;
    private readonly ulong _pairSecond;
    private readonly ulong _pairFold;

    public KeyedHash()
    {
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_key.AsSpan()));
        Span<ulong> more = stackalloc ulong[6];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(more));
        _chainFold = more[0] | 1;
        _lastFold = more[1] | 1;
        _blockFold = more[2] | 1;
        _pairFirst = more[3];
        _pairSecond = more[4];
        _pairFold = more[5] | 1;
    }

    /// <summary>Never 0, which callers use for "nothing".</summary>
    public ulong Of(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length;
        while (text.Length > BlockWords * 8)
        {
            hash = Fold(hash ^ Block(text[..(BlockWords * 8)]), _chainFold);
            text = text[(BlockWords * 8)..];
        }

        return Fold(hash ^ Block(text), _lastFold) | 1;
    }

    /// <summary>A hash of two hashes, in this order. Never 0.</summary>
    public ulong Of(ulong first, ulong second)
    {
        var high = Math.BigMul(first + _pairFirst, second + _pairSecond, out var low);
        return low ^ (high * _pairFold) | 1;
    }

    private ulong Block(ReadOnlySpan<byte> text)
    {
        ulong low = 0;
        ulong high = 0;
        ref var key = ref MemoryMarshal.GetArrayDataReference(_key);
        if (text.Length < 16)
        {
            ReadShort(text, out var first, out var second);
            Add(first, second, ref key, ref high, ref low);
            return low ^ (high * _blockFold);
        }

        // The last sixteen octets may overlap those before them: with the length, all of them still tell every text from another.
        for (var rest = text; rest.Length > 16; rest = rest[16..])
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]), ref key, ref high, ref low);
            key = ref Unsafe.Add(ref key, 2);
        }

        Add(BinaryPrimitives.ReadUInt64LittleEndian(text[^16..]), BinaryPrimitives.ReadUInt64LittleEndian(text[^8..]), ref key, ref high, ref low);
        return low ^ (high * _blockFold);
    }

    /// <summary>Less than sixteen octets as two words, which overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadShort(ReadOnlySpan<byte> text, out ulong first, out ulong second)
    {
        if (text.Length >= 8)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(text);
            second = BinaryPrimitives.ReadUInt64LittleEndian(text[^8..]);
        }
        else if (text.Length >= 4)
        {
            first = BinaryPrimitives.ReadUInt32LittleEndian(text);
            second = BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]);
        }
        else
        {
            first = text.IsEmpty ? 0UL : text[0] | ((ulong)text[text.Length >> 1] << 8) | ((ulong)text[^1] << 16);
            second = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ulong first, ulong second, ref ulong key, ref ulong high, ref ulong low)
    {
        var top = Math.BigMul(first + key, second + Unsafe.Add(ref key, 1), out var bottom);
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
