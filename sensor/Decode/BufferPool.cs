using System.Numerics;

namespace SensorNet.Sensor.Decode;

/// <summary>
/// Arrays for one decoder to use again, in sizes of powers of two. Unlike the shared pool it is never emptied behind our
/// back, so that a decoder in its stride allocates nothing. Keeps a bounded amount; the rest goes to the collector.
/// Not thread-safe.
/// </summary>
internal sealed class BufferPool
{
    private const int SmallestBits = 8;
    private const int LargestBits = 20;
    private const int MaxKeptBytes = 8 * 1024 * 1024;

    private readonly Stack<byte[]>[] _free = [.. Enumerable.Range(SmallestBits, LargestBits - SmallestBits + 1).Select(_ => new Stack<byte[]>())];
    private int _keptBytes;

    /// <summary>An array of at least <paramref name="length"/> octets, whose content is whatever it was.</summary>
    public byte[] Rent(int length)
    {
        var bits = BitsFor(length);
        if (bits > LargestBits)
        {
            return GC.AllocateUninitializedArray<byte>(length);
        }

        if (_free[bits - SmallestBits].TryPop(out var array))
        {
            _keptBytes -= array.Length;
            return array;
        }

        return GC.AllocateUninitializedArray<byte>(1 << bits);
    }

    /// <summary>Gives back an array of <see cref="Rent"/>; an empty one is ignored.</summary>
    public void Return(byte[] array)
    {
        var bits = BitsFor(array.Length);
        if (array.Length == 0 || bits > LargestBits || _keptBytes + array.Length > MaxKeptBytes)
        {
            return;
        }

        _keptBytes += array.Length;
        _free[bits - SmallestBits].Push(array);
    }

    private static int BitsFor(int length) =>
        Math.Max(SmallestBits, 32 - BitOperations.LeadingZeroCount((uint)Math.Max(0, length - 1)));
}
