using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SensorNet.Sensor.Decode;

/// <summary>
/// A keyed hash of two addresses and two words: 128-bit products folded with secret words between the rounds. The key is
/// random per table, so collisions cannot be prepared.
/// </summary>
internal readonly struct KeyedMix
{
    private readonly ulong _k0;
    private readonly ulong _k1;
    private readonly ulong _k2;

    private KeyedMix(ulong k0, ulong k1, ulong k2)
    {
        _k0 = k0;
        _k1 = k1;
        _k2 = k2;
    }

    public static KeyedMix Create()
    {
        Span<byte> key = stackalloc byte[24];
        RandomNumberGenerator.Fill(key);
        return new KeyedMix(
            BinaryPrimitives.ReadUInt64LittleEndian(key),
            BinaryPrimitives.ReadUInt64LittleEndian(key[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(key[16..]));
    }

    public int Hash(IpAddress128 a, IpAddress128 b, ulong c, ulong d)
    {
        var h = Fold(a.High ^ _k0, a.Low ^ _k1) ^ _k2;
        h = Fold(h ^ b.High, b.Low ^ _k0);
        h = Fold(h ^ c, d ^ _k1) ^ h;
        h = Fold(h ^ _k2, h ^ _k0);
        return (int)(h ^ (h >> 32));
    }

    private static ulong Fold(ulong x, ulong y)
    {
        var high = Math.BigMul(x, y, out var low);
        return high ^ low;
    }
}
