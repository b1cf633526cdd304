using System.Runtime.CompilerServices;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Counts distinct hashes in 68 octets: exactly up to 16, then by <see cref="LinearCount"/> over 512 bits, within 5 % up to 500, saturating near 3,000.</summary>
internal struct DistinctCounter
{
    private Words _words;
    private byte _count;

    public readonly ulong Count => LinearCount.Count(_words, _count);

    public void Add(ulong hash) => LinearCount.Add(_words, ref _count, hash);

    [InlineArray(16)]
    private struct Words
    {
        private uint _first;
    }
}
