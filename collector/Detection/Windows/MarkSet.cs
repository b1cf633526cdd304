using System.Numerics;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// A set of marks that is filled and emptied for every event: open addressing, emptied by counting generations up.
/// Marks are keyed hashes already. Not thread-safe.
/// </summary>
internal sealed class MarkSet
{
    private readonly ulong[] _marks;
    private readonly uint[] _generations;
    private uint _generation = 1;

    /// <param name="capacity">The most marks that are in it at once.</param>
    public MarkSet(int capacity)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, capacity * 2));
        _marks = new ulong[size];
        _generations = new uint[size];
    }

    public int Count { get; private set; }

    public void Clear()
    {
        Count = 0;
        if (++_generation == 0)
        {
            Array.Clear(_generations);
            _generation = 1;
        }
    }

    /// <returns>Whether the mark is new.</returns>
    public bool Add(ulong mark)
    {
        var mask = _marks.Length - 1;
        for (var i = (int)((mark * 0x9E3779B97F4A7C15) >> 32) & mask; ; i = (i + 1) & mask)
        {
            if (_generations[i] != _generation)
            {
                _generations[i] = _generation;
                _marks[i] = mark;
                Count++;
                return true;
            }

            if (_marks[i] == mark)
            {
                return false;
            }
        }
    }
}
