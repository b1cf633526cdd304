using System.Runtime.CompilerServices;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// <c>value_count</c> with a lower bound N. In order of time the newest time of each of N values would do; four times
/// as many entries are kept, and of a value that repeats the oldest goes first, so that late events find theirs. The
/// count of the newest window is carried along: in order, an event costs a look along the entries for its value.
/// </summary>
internal sealed class ValueCountWindow : Window
{
    /// <summary>When more entries than this leave the window at once, counting anew is cheaper than taking them off one by one.</summary>
    private const int FewLeaving = 4;

    private readonly int _threshold;
    private readonly long _timespan;
    private readonly KeyTable<State> _keys;

    /// <summary>How many entries of a key are kept, and how many there may be before those that are too many go.</summary>
    private readonly int _kept;
    private readonly int _most;
    private readonly MarkSet _seen;
    private readonly bool[] _leaving;

    public ValueCountWindow(int threshold, long timespan, int capacity)
    {
        (_threshold, _timespan) = (threshold, timespan);
        _keys = new KeyTable<State>(capacity);
        var wanted = 4 * (threshold + 2);
        _most = Math.Min(wanted + Math.Max(4, wanted / 4), ushort.MaxValue);
        _kept = Math.Min(wanted, _most - 4);
        _seen = new MarkSet(_most + 1);
        _leaving = new bool[_most + 1];
    }

    public override long Evictions => _keys.Evictions;

    public override int Keys => _keys.Count;

    public override Func<UInt128, bool>? Pinned
    {
        set => _keys.Pinned = value;
    }

    public override bool Add(UInt128 key, in Occurrence occurrence, int source, ulong value, long low, Firing firing)
    {
        ref var state = ref _keys.GetOrAdd(key, occurrence.Time, low - _timespan - Lateness, out _);
        var index = state.Entries.Place(occurrence.Time, value, out var duplicate);
        if (duplicate)
        {
            return false;
        }

        if (state.Entries.Count >= _most)
        {
            Compact(ref state);
            index = state.Entries.Place(occurrence.Time, value, out _);
        }

        var entry = new WindowEntry(occurrence.Time, value, occurrence.Position);
        if (index == state.Entries.Count)
        {
            Append(ref state, entry);
            return state.Distinct >= _threshold && Fire(state.Entries.Span[state.Start..], state.Distinct, firing);
        }

        state.Entries.Insert(index, entry);
        Recount(ref state);
        return state.Entries.Count >= _threshold && FiresLate(state.Entries.Span, index, firing);
    }

    public override WindowState Peek(UInt128 key, long now)
    {
        ref var state = ref _keys.Find(key);
        if (Unsafe.IsNullRef(ref state) || state.Entries.Count == 0)
        {
            return default;
        }

        var span = state.Entries.Span;
        _seen.Clear();
        var first = span.Length;
        while (first > 0 && now - span[first - 1].Time <= _timespan)
        {
            _seen.Add(span[--first].Mark);
        }

        return new WindowState(_seen.Count, span[Math.Min(first, span.Length - 1)].Time, span[^1].Time, first == 0 && span.Length >= _kept);
    }

    public override void Forget(UInt128 key) => _keys.Remove(key);

    /// <summary>Adds the newest entry, and takes those off the newest window that are too old for it.</summary>
    private void Append(ref State state, in WindowEntry entry)
    {
        var entries = state.Entries.Span;
        var start = (int)state.Start;
        while (start < entries.Length && entry.Time - entries[start].Time > _timespan)
        {
            start++;
        }

        if (start - state.Start > FewLeaving)
        {
            state.Entries.Insert(entries.Length, entry);
            Recount(ref state);
            return;
        }

        for (int i = state.Start; i < start; i++)
        {
            state.Distinct -= (ushort)(Contains(entries[(i + 1)..], entries[i].Mark) ? 0 : 1);
        }

        state.Start = (ushort)start;
        state.Distinct += (ushort)(Contains(entries[start..], entry.Mark) ? 0 : 1);
        state.Entries.Insert(entries.Length, entry);
    }

    private static bool Contains(Span<WindowEntry> entries, ulong mark)
    {
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            if (entries[i].Mark == mark)
            {
                return true;
            }
        }

        return false;
    }

    private void Recount(ref State state)
    {
        var entries = state.Entries.Span;
        state.Distinct = (ushort)Distinct(entries, entries.Length - 1, out var first);
        state.Start = (ushort)first;
    }

    /// <summary>Removes what is too much: the oldest entries whose value comes again later, then the oldest.</summary>
    private void Compact(ref State state)
    {
        var entries = state.Entries.Span;
        var leaving = _leaving.AsSpan(0, entries.Length);
        _seen.Clear();
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            leaving[i] = !_seen.Add(entries[i].Mark);
        }

        var excess = entries.Length - _kept;
        for (var i = 0; i < leaving.Length; i++)
        {
            leaving[i] &= excess > 0;
            excess -= leaving[i] ? 1 : 0;
        }

        for (var i = 0; excess > 0; i++)
        {
            excess -= leaving[i] ? 0 : 1;
            leaving[i] = true;
        }

        state.Entries.Remove(leaving);
        Recount(ref state);
    }

    /// <summary>Looks at every window that ends with an entry from <paramref name="index"/> on and reaches back to it.</summary>
    private bool FiresLate(Span<WindowEntry> entries, int index, Firing firing)
    {
        var time = entries[index].Time;
        for (var end = index; end < entries.Length && entries[end].Time - time <= _timespan; end++)
        {
            var distinct = Distinct(entries, end, out var first);
            if (distinct >= _threshold)
            {
                return Fire(entries[first..(end + 1)], distinct, firing);
            }
        }

        return false;
    }

    private static bool Fire(Span<WindowEntry> window, int distinct, Firing firing)
    {
        firing.Begin(distinct);
        firing.Take(window);
        return true;
    }

    private int Distinct(Span<WindowEntry> entries, int end, out int first)
    {
        _seen.Clear();
        first = end;
        for (var i = end; i >= 0 && entries[end].Time - entries[i].Time <= _timespan; i--)
        {
            _seen.Add(entries[i].Mark);
            first = i;
        }

        return _seen.Count;
    }

    /// <summary>A key's entries, and the newest window among them: where it starts and how many values it has.</summary>
    private struct State
    {
        public EntryList Entries;
        public ushort Start;
        public ushort Distinct;
    }
}
