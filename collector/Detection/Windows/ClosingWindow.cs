using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// Counts and values with an upper bound (lt, lte, eq, neq), which cannot be decided before a window is over: windows of
/// one timespan, aligned to the epoch, are decided when the watermark has passed their end. A key is looked at only in
/// windows in which it has at least one event.
/// </summary>
internal sealed class ClosingWindow(CorrelationType type, double percentile, CountCondition condition, long timespan, int capacity) : Window
{
    private const int KeptPositions = 20;
    private readonly Dictionary<(UInt128 Key, long Start), State> _open = [];
    private readonly PriorityQueue<(UInt128 Key, long Start), long> _order = new();
    private long _evictions;

    public override long Evictions => _evictions;

    public override int Keys => _open.Count;

    /// <summary>Nothing is pushed out here: what is new finds no room.</summary>
    public override Func<UInt128, bool>? Pinned
    {
        set { }
    }

    public override bool Add(UInt128 key, in Occurrence occurrence, int source, ulong value, long low, Firing firing)
    {
        var start = StartOf(occurrence.Time);
        if (low >= start + timespan)
        {
            // Later than the allowed lateness: its window has been decided.
            return false;
        }

        if (!_open.TryGetValue((key, start), out var state))
        {
            if (_open.Count >= capacity)
            {
                _evictions++;
                return false;
            }

            state = new State();
            _open[(key, start)] = state;
            _order.Enqueue((key, start), start + timespan);
        }

        if (state.Identities.Add(occurrence.Identity))
        {
            state.Values.Add(value);
            state.Last = occurrence;
            if (state.Entries.Count < KeptPositions)
            {
                state.Entries.Insert(state.Entries.Place(occurrence.Time, occurrence.Identity, out _), new WindowEntry(occurrence.Time, occurrence.Identity, occurrence.Position));
            }
        }

        return false;
    }

    /// <summary>Decides the next window that is over.</summary>
    /// <param name="low">Everything older has arrived.</param>
    /// <param name="key">Its key.</param>
    /// <param name="last">Its last event.</param>
    /// <param name="firing">Filled when the condition held.</param>
    /// <returns>False when no window is over; else whether it fired is in <paramref name="fired"/>.</returns>
    public bool TryClose(long low, out UInt128 key, out Occurrence last, Firing firing, out bool fired)
    {
        key = default;
        last = default;
        fired = false;
        if (!_order.TryPeek(out var next, out var end) || low < end)
        {
            return false;
        }

        _order.Dequeue();
        if (!_open.Remove(next, out var state))
        {
            return true;
        }

        key = next.Key;
        last = state.Last;
        var value = Compute(state);
        fired = condition.Holds(value);
        if (fired)
        {
            firing.Begin(value);
            foreach (ref var entry in state.Entries.Span)
            {
                firing.Take(ref entry);
            }
        }

        return true;
    }

    public override WindowState Peek(UInt128 key, long now) =>
        _open.TryGetValue((key, StartOf(now)), out var state) ? new WindowState(Compute(state), state.Entries.Span[0].Time, state.Last.Time) : default;

    public override void Forget(UInt128 key)
    {
        foreach (var open in _open.Keys.Where(o => o.Key == key).ToList())
        {
            _open.Remove(open);
        }
    }

    private long StartOf(long time) => time - (((time % timespan) + timespan) % timespan);

    private double Compute(State state)
    {
        switch (type)
        {
            case CorrelationType.EventCount:
                return state.Values.Count;
            case CorrelationType.ValueCount:
                return state.Values.Distinct().Count();
            default:
                double[] values = [.. state.Values.Select(BitConverter.UInt64BitsToDouble)];
                return Aggregate.Of(type, percentile, values, values.Sum());
        }
    }

    private sealed class State
    {
        public HashSet<ulong> Identities { get; } = [];

        public List<ulong> Values { get; } = [];

        public EntryList Entries;

        public Occurrence Last { get; set; }
    }
}
