using System.Numerics;
using System.Runtime.CompilerServices;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Counts distinct hashes in 56 octets: exactly up to 8, then estimated by linear counting over 128 bits, up to about 600.</summary>
internal struct SmallDistinctCounter
{
    private const int Exact = 8;
    private Hashes _hashes;
    private ulong _low;
    private ulong _high;
    private byte _count;

    public void Add(ulong hash)
    {
        var small = (uint)(hash >> 32) | 1;
        var bit = 1UL << (int)(hash >> 9);
        if ((hash & (1UL << 20)) == 0)
        {
            _low |= bit;
        }
        else
        {
            _high |= bit;
        }

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

            const int Size = 128;
            var empty = Math.Max(1, Size - BitOperations.PopCount(_low) - BitOperations.PopCount(_high));
            return Math.Max(Exact + 1, (ulong)Math.Round(-Size * Math.Log((double)empty / Size)));
        }
    }

    [InlineArray(Exact)]
    private struct Hashes
    {
        private uint _first;
    }
}
