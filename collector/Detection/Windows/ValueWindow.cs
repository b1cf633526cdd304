using System.Runtime.CompilerServices;
using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// <c>value_median</c> and <c>value_percentile</c> with a lower bound: the values of the window are kept, up to a bound per
/// key beyond which the oldest are left out.
/// </summary>
internal sealed class ValueWindow(CorrelationType type, double percentile, CountCondition condition, long timespan, int capacity) : Window
{
    private const int Kept = 1024;
    private readonly KeyTable<State> _keys = new(capacity);
    private double[] _sorted = new double[64];

    public override long Evictions => _keys.Evictions;

    public override int Keys => _keys.Count;

    public override Func<UInt128, bool>? Pinned
    {
        set => _keys.Pinned = value;
    }

    /// <summary>Values that no longer fitted: results for such keys are of the newest values only.</summary>
    public long Dropped { get; private set; }

    public override bool Add(UInt128 key, in Occurrence occurrence, int source, ulong value, long low, Firing firing)
    {
        ref var state = ref _keys.GetOrAdd(key, occurrence.Time, low - timespan - Lateness, out var added);
        if (added)
        {
            state.Values = new Dictionary<ulong, double>(2);
        }

        var index = state.Entries.Place(occurrence.Time, occurrence.Identity, out var duplicate);
        if (duplicate || !state.Values.TryAdd(occurrence.Identity, BitConverter.UInt64BitsToDouble(value)))
        {
            return false;
        }

        state.Entries.Insert(index, new WindowEntry(occurrence.Time, occurrence.Identity, occurrence.Position));
        Prune(ref state, ref index);
        return index >= 0 && Fires(ref state, index, firing);
    }

    public override WindowState Peek(UInt128 key, long now)
    {
        ref var state = ref _keys.Find(key);
        if (Unsafe.IsNullRef(ref state) || state.Entries.Count == 0)
        {
            return default;
        }

        var span = state.Entries.Span;
        if (now - span[^1].Time > timespan)
        {
            return new WindowState(0, span[^1].Time, span[^1].Time);
        }

        var value = Compute(ref state, span.Length - 1, now, out var first);
        return new WindowState(value, span[first].Time, span[^1].Time, span.Length >= Kept);
    }

    public override void Forget(UInt128 key) => _keys.Remove(key);

    /// <summary>Leaves out what no window can need any more, and the oldest beyond the bound.</summary>
    private void Prune(ref State state, ref int index)
    {
        var newest = state.Entries.Span[^1].Time;
        while (state.Entries.Count > Kept || state.Entries.Span[0].Time < newest - timespan - Lateness)
        {
            Dropped += state.Entries.Count > Kept ? 1 : 0;
            state.Values.Remove(state.Entries.Span[0].Mark);
            state.Entries.RemoveAt(0);
            index--;
        }
    }

    private bool Fires(ref State state, int index, Firing firing)
    {
        var entries = state.Entries.Span;
        var time = entries[index].Time;
        for (var end = index; end < entries.Length && entries[end].Time - time <= timespan; end++)
        {
            var value = Compute(ref state, end, entries[end].Time, out var first);
            if (condition.Holds(value))
            {
                firing.Begin(value);
                foreach (ref var entry in entries[first..(end + 1)])
                {
                    firing.Take(ref entry);
                }

                return true;
            }
        }

        return false;
    }

    private double Compute(ref State state, int end, long until, out int first)
    {
        var entries = state.Entries.Span;
        first = end;
        var sum = 0.0;
        var count = 0;
        for (var i = end; i >= 0 && until - entries[i].Time <= timespan; i--)
        {
            var value = state.Values[entries[i].Mark];
            sum += value;
            if (count == _sorted.Length)
            {
                Array.Resize(ref _sorted, count * 2);
            }

            _sorted[count++] = value;
            first = i;
        }

        return Aggregate.Of(type, percentile, _sorted.AsSpan(0, count), sum);
    }

    private struct State
    {
        public EntryList Entries;
        public Dictionary<ulong, double> Values;
    }
}
