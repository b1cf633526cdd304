using System.Runtime.CompilerServices;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// <c>event_count</c> with a lower bound N: the N newest times of a key decide whether the window that ends now holds N
/// events; two more are kept so that an event arriving late finds its neighbours.
/// </summary>
internal sealed class EventCountWindow(int threshold, long timespan, int capacity) : Window
{
    private readonly KeyTable<EntryList> _keys = new(capacity);
    private readonly int _kept = threshold + 2;

    public override long Evictions => _keys.Evictions;

    public override int Keys => _keys.Count;

    public override Func<UInt128, bool>? Pinned
    {
        set => _keys.Pinned = value;
    }

    public override bool Add(UInt128 key, in Occurrence occurrence, int source, ulong value, long low, Firing firing)
    {
        ref var entries = ref _keys.GetOrAdd(key, occurrence.Time, low - timespan - Lateness, out _);
        var index = entries.Place(occurrence.Time, occurrence.Identity, out var duplicate);
        if (duplicate)
        {
            return false;
        }

        if (entries.Count >= _kept)
        {
            if (index == 0)
            {
                return false;
            }

            entries.RemoveAt(0);
            index--;
        }

        entries.Insert(index, new WindowEntry(occurrence.Time, occurrence.Identity, occurrence.Position));
        return entries.Count >= threshold && Fires(entries.Span, index, firing);
    }

    public override WindowState Peek(UInt128 key, long now)
    {
        ref var entries = ref _keys.Find(key);
        if (Unsafe.IsNullRef(ref entries) || entries.Count == 0)
        {
            return default;
        }

        var span = entries.Span;
        var first = span.Length;
        while (first > 0 && now - span[first - 1].Time <= timespan)
        {
            first--;
        }

        return new WindowState(span.Length - first, span[Math.Min(first, span.Length - 1)].Time, span[^1].Time, first == 0 && span.Length >= _kept);
    }

    public override void Forget(UInt128 key) => _keys.Remove(key);

    /// <summary>Whether N consecutive entries, the one at <paramref name="index"/> among them, lie within the timespan.</summary>
    private bool Fires(Span<WindowEntry> entries, int index, Firing firing)
    {
        for (var start = Math.Max(0, index - threshold + 1); start <= index && start + threshold <= entries.Length; start++)
        {
            if (entries[start + threshold - 1].Time - entries[start].Time <= timespan)
            {
                var end = start + threshold;
                while (end < entries.Length && entries[end].Time - entries[start].Time <= timespan)
                {
                    end++;
                }

                firing.Begin(end - start);
                firing.Take(entries[start..end]);
                return true;
            }
        }

        return false;
    }
}
