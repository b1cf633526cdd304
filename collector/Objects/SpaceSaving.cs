using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SensorNet.Collector.Objects;

/// <summary>
/// Counts the most frequent values of a stream in bounded memory, by the space-saving algorithm: exact while there are at
/// most <paramref name="capacity"/> different ones; beyond that a newcomer takes the place, and the count, of the least
/// frequent, so that counts are never too low, and too high by at most that count. Not thread-safe.
/// </summary>
internal sealed class SpaceSaving<T>(int capacity)
    where T : notnull
{
    private readonly Dictionary<T, ulong> counts = [];

    // Made when the capacity is reached, which hardly ever happens.
    private PriorityQueue<T, ulong>? least;

    public IReadOnlyDictionary<T, ulong> Counts => counts;

    public void Add(T value)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(counts, value);
        if (!Unsafe.IsNullRef(ref known))
        {
            known++;
            return;
        }

        if (counts.Count < capacity)
        {
            counts.Add(value, 1);
            return;
        }

        var count = RemoveLeast() + 1;
        counts.Add(value, count);
        least!.Enqueue(value, count);
    }

    // Priorities in the queue are counts of some time ago, never too high: a stale one is put back with its count of now.
    private ulong RemoveLeast()
    {
        least ??= new PriorityQueue<T, ulong>(counts.Select(c => (c.Key, c.Value)));
        while (true)
        {
            var value = least.Peek();
            var count = counts[value];
            least.TryDequeue(out _, out var priority);
            if (count == priority)
            {
                counts.Remove(value);
                return count;
            }

            least.Enqueue(value, count);
        }
    }
}
