using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// <c>value_sum</c> and <c>value_avg</c> with a lower bound. Events of one time are one bucket (statistics of thousands of
/// sources carry the same time), and the sum of the newest window is carried along: in order, an event costs O(1).
/// </summary>
internal sealed class SumWindow(CorrelationType type, CountCondition condition, long timespan, int capacity) : Window
{
    private const int KeptBuckets = 4096;
    private const int KeptPositions = 20;
    private readonly KeyTable<State> _keys = new(capacity);

    public override long Evictions => _keys.Evictions;

    public override int Keys => _keys.Count;

    public override Func<UInt128, bool>? Pinned
    {
        set => _keys.Pinned = value;
    }

    /// <summary>Buckets that no longer fitted: sums of such keys are too low.</summary>
    public long Dropped { get; private set; }

    public override bool Add(UInt128 key, in Occurrence occurrence, int source, ulong value, long low, Firing firing)
    {
        ref var state = ref _keys.GetOrAdd(key, occurrence.Time, low - timespan - Lateness, out var added);
        if (added)
        {
            state.Buckets = new List<Bucket>(1);
        }

        var number = BitConverter.UInt64BitsToDouble(value);
        var buckets = state.Buckets;
        if (buckets.Count == 0 || occurrence.Time >= buckets[^1].Time)
        {
            return Append(ref state, occurrence, number) && Holds(state.Sum, state.Count) && Fire(ref state, buckets.Count - 1, state.Start, firing);
        }

        return AddLate(ref state, occurrence, number, firing);
    }

    public override WindowState Peek(UInt128 key, long now)
    {
        ref var state = ref _keys.Find(key);
        if (Unsafe.IsNullRef(ref state) || state.Buckets.Count == 0)
        {
            return default;
        }

        var (sum, count) = (0.0, 0);
        var first = state.Buckets.Count;
        while (first > 0 && now - state.Buckets[first - 1].Time <= timespan)
        {
            first--;
            sum += state.Buckets[first].Sum;
            count += state.Buckets[first].Count;
        }

        return new WindowState(ValueOf(sum, count), state.Buckets[Math.Min(first, state.Buckets.Count - 1)].Time, state.Buckets[^1].Time, first == 0 && Dropped > 0);
    }

    public override void Forget(UInt128 key) => _keys.Remove(key);

    /// <returns>False when the event has been added before.</returns>
    private bool Append(ref State state, in Occurrence occurrence, double number)
    {
        var buckets = state.Buckets;
        if (buckets.Count == 0 || buckets[^1].Time != occurrence.Time)
        {
            buckets.Add(new Bucket(occurrence, number));
        }
        else if (!CollectionsMarshal.AsSpan(buckets)[^1].TryAdd(occurrence, number))
        {
            return false;
        }

        state.Sum += number;
        state.Count++;
        while (occurrence.Time - buckets[state.Start].Time > timespan)
        {
            state.Sum -= buckets[state.Start].Sum;
            state.Count -= buckets[state.Start].Count;
            state.Start++;
        }

        Prune(ref state);
        return true;
    }

    private bool AddLate(ref State state, in Occurrence occurrence, double number, Firing firing)
    {
        var buckets = state.Buckets;
        var index = buckets.Count;
        while (index > 0 && buckets[index - 1].Time > occurrence.Time)
        {
            index--;
        }

        if (index == 0 || buckets[index - 1].Time != occurrence.Time)
        {
            buckets.Insert(index, new Bucket(occurrence, number));
        }
        else if (!CollectionsMarshal.AsSpan(buckets)[--index].TryAdd(occurrence, number))
        {
            return false;
        }

        Recount(ref state);
        for (var end = index; end < buckets.Count && buckets[end].Time - occurrence.Time <= timespan; end++)
        {
            var (sum, count, start) = WindowEndingAt(buckets, end);
            if (Holds(sum, count))
            {
                return Fire(ref state, end, start, firing);
            }
        }

        return false;
    }

    private (double Sum, int Count, int Start) WindowEndingAt(List<Bucket> buckets, int end)
    {
        var sum = 0.0;
        var count = 0;
        var start = end;
        for (var i = end; i >= 0 && buckets[end].Time - buckets[i].Time <= timespan; i--)
        {
            sum += buckets[i].Sum;
            count += buckets[i].Count;
            start = i;
        }

        return (sum, count, start);
    }

    private void Recount(ref State state) => (state.Sum, state.Count, state.Start) = WindowEndingAt(state.Buckets, state.Buckets.Count - 1);

    /// <summary>Leaves out what no window can need any more. Subtracting for ever would gather rounding errors, so the sum is made anew then.</summary>
    private void Prune(ref State state)
    {
        var buckets = state.Buckets;
        var over = 0;
        while (over < state.Start && buckets[over].Time < buckets[^1].Time - timespan - Lateness)
        {
            over++;
        }

        if (buckets.Count - over > KeptBuckets)
        {
            over = buckets.Count - (KeptBuckets / 2);
            Dropped += Math.Max(0, over - state.Start);
        }

        // In steps, since removing at the front moves the rest.
        if (over >= Math.Max(4, buckets.Count / 4) || buckets.Count > KeptBuckets)
        {
            buckets.RemoveRange(0, over);
            Recount(ref state);
        }
    }

    private bool Holds(double sum, int count) => condition.Holds(ValueOf(sum, count));

    private double ValueOf(double sum, int count) => type == CorrelationType.ValueSum ? sum : sum / Math.Max(1, count);

    private bool Fire(ref State state, int end, int start, Firing firing)
    {
        var (sum, count) = end == state.Buckets.Count - 1 ? (state.Sum, state.Count) : (WindowEndingAt(state.Buckets, end).Sum, WindowEndingAt(state.Buckets, end).Count);
        firing.Begin(ValueOf(sum, count));
        for (var i = Math.Max(start, end - KeptPositions); i <= end; i++)
        {
            CollectionsMarshal.AsSpan(state.Buckets)[i].Tell(firing);
        }

        return true;
    }

    private struct State
    {
        public List<Bucket> Buckets;
        public double Sum;
        public int Count;
        public int Start;
    }

    /// <summary>The events of one time. Nearly always it is one; more share what is kept beside it.</summary>
    private struct Bucket(in Occurrence first, double number)
    {
        private readonly ulong _identity = first.Identity;
        private readonly ulong _position = first.Position;
        private Others? _others;
        private bool _told;

        public readonly long Time { get; } = first.Time;

        public double Sum { get; private set; } = number;

        public int Count { get; private set; } = 1;

        /// <returns>False when the event is in it.</returns>
        public bool TryAdd(in Occurrence occurrence, double added)
        {
            if (occurrence.Identity == _identity || !(_others ??= new Others()).TryAdd(occurrence))
            {
                return false;
            }

            Sum += added;
            Count++;
            return true;
        }

        /// <summary>The events that no firing has counted yet; of many the first twenty by position.</summary>
        public void Tell(Firing firing)
        {
            firing.Take(Time, _position, _told);
            _told = true;
            _others?.Tell(Time, firing);
        }
    }

    private sealed class Others
    {
        private readonly HashSet<ulong> _identities = [];
        private readonly List<ulong> _fresh = [];
        private int _untold;

        public bool TryAdd(in Occurrence occurrence)
        {
            if (!_identities.Add(occurrence.Identity))
            {
                return false;
            }

            _untold++;
            if (_fresh.Count < KeptPositions)
            {
                _fresh.Add(occurrence.Position);
            }

            return true;
        }

        public void Tell(long time, Firing firing)
        {
            firing.Take(time, _fresh, _untold);
            _fresh.Clear();
            _untold = 0;
        }
    }
}
