using System.Runtime.CompilerServices;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// <c>value_count</c> with a lower bound N. In order of time the newest time of each of N values would do; four times
/// as many entries are kept, and of a value that repeats the oldest goes first, so that late events find theirs.
/// </summary>
internal sealed class ValueCountWindow(int threshold, long timespan, int capacity) : Window
{
    private readonly KeyTable<EntryList> _keys = new(capacity);
    private readonly int _kept = Math.Min(4 * (threshold + 2), ushort.MaxValue);
    private readonly MarkSet _seen = new(Math.Min(4 * (threshold + 2), ushort.MaxValue) + 1);

    public override long Evictions => _keys.Evictions;

    public override int Keys => _keys.Count;

    public override bool Add(UInt128 key, in Occurrence occurrence, int source, ulong value, long low, Firing firing)
    {
        ref var entries = ref _keys.GetOrAdd(key, occurrence.Time, low - timespan - Lateness, out _);
        var index = entries.Place(occurrence.Time, value, out var duplicate);
        if (duplicate)
        {
            return false;
        }

        entries.Insert(index, new WindowEntry(occurrence.Time, value, occurrence.Position));
        if (entries.Count > _kept)
        {
            var removed = Superfluous(entries.Span);
            entries.RemoveAt(removed);
            if (removed == index)
            {
                return false;
            }

            index -= removed < index ? 1 : 0;
        }

        return entries.Count >= threshold && Fires(entries.Span, index, firing);
    }

    public override WindowState Peek(UInt128 key)
    {
        ref var entries = ref _keys.Find(key);
        if (Unsafe.IsNullRef(ref entries) || entries.Count == 0)
        {
            return default;
        }

        var span = entries.Span;
        var distinct = Distinct(span, span.Length - 1, out var first);
        return new WindowState(distinct, span[first].Time, span[^1].Time);
    }

    public override void Forget(UInt128 key) => _keys.Remove(key);

    /// <summary>The oldest entry whose value comes again later, else the oldest.</summary>
    private int Superfluous(Span<WindowEntry> entries)
    {
        _seen.Clear();
        var oldest = 0;
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            if (!_seen.Add(entries[i].Mark))
            {
                oldest = i;
            }
        }

        return oldest;
    }

    /// <summary>Looks at every window that ends with an entry from <paramref name="index"/> on and reaches back to it.</summary>
    private bool Fires(Span<WindowEntry> entries, int index, Firing firing)
    {
        var time = entries[index].Time;
        for (var end = index; end < entries.Length && entries[end].Time - time <= timespan; end++)
        {
            var distinct = Distinct(entries, end, out var first);
            if (distinct >= threshold)
            {
                firing.Begin(distinct);
                foreach (ref var entry in entries[first..(end + 1)])
                {
                    firing.Take(ref entry);
                }

                return true;
            }
        }

        return false;
    }

    private int Distinct(Span<WindowEntry> entries, int end, out int first)
    {
        _seen.Clear();
        first = end;
        for (var i = end; i >= 0 && entries[end].Time - entries[i].Time <= timespan; i--)
        {
            _seen.Add(entries[i].Mark);
            first = i;
        }

        return _seen.Count;
    }
}
