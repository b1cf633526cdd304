using System.Runtime.CompilerServices;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Counts distinct hashes in 36 octets: exactly up to 8, then by <see cref="LinearCount"/> over 256 bits, up to about 1,200.</summary>
internal struct SmallDistinctCounter
{
    private Words _words;
    private byte _count;

    public readonly ulong Count => LinearCount.Count(_words, _count);

    public void Add(ulong hash) => LinearCount.Add(_words, ref _count, hash);

    [InlineArray(8)]
    private struct Words
    {
        private uint _first;
    }
}
