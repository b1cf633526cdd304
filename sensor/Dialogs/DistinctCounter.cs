using System.Numerics;
using System.Runtime.CompilerServices;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Counts distinct hashes in 128 octets: exactly up to 16, then estimated by linear counting over 512 bits (within 5 %
/// up to 500, saturating near 3,000).
/// </summary>
internal struct DistinctCounter
{
    private const int Exact = 16;
    private const int Words = 8;
    private Hashes _hashes;
    private Bits _bits;
    private byte _count;

    public void Add(ulong hash)
    {
        var small = (uint)(hash >> 32) | 1;
        _bits[(int)(hash >> 6) & (Words - 1)] |= 1UL << (int)(hash >> 9);
        if (_count > Exact)
        {
            return;
        }

        for (var i = 0; i < _count && i < Exact; i++)
        {
            if (_hashes[i] == small)
            {
                return;
            }
        }

        if (_count < Exact)
        {
            _hashes[_count] = small;
        }

        _count++;
    }

    public readonly ulong Count
    {
        get
        {
            if (_count <= Exact)
            {
                return _count;
            }

            var set = 0;
            for (var i = 0; i < Words; i++)
            {
                set += BitOperations.PopCount(_bits[i]);
            }

            const int Size = Words * 64;
            var empty = Math.Max(1, Size - set);
            return Math.Max(Exact + 1, (ulong)Math.Round(-Size * Math.Log((double)empty / Size)));
        }
    }

    [InlineArray(Exact)]
    private struct Hashes
    {
        private uint _first;
    }

    [InlineArray(Words)]
    private struct Bits
    {
        private ulong _first;
    }
}
