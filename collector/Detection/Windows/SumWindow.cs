using System.Runtime.CompilerServices;
using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// <c>value_sum</c> and <c>value_avg</c> with a lower bound. Events of one time are one bucket (statistics of thousands of
/// sources carry the same time), and the sum of the newest window is carried along: in order, an event costs O(1).
/// </summary>
internal sealed class SumWindow(CorrelationType type, CountCondition condition, long timespan, int capacity) : Window
{
    private const int KeptBuckets = 4096;
    private const int KeptIdentities = 4096;
    private const int KeptPositions = 20;
    private readonly KeyTable<State> _keys = new(capacity);

    public override long Evictions => _keys.Evictions;

    public override int Keys => _keys.Count;

    /// <summary>Buckets that no longer fitted: sums of such keys are too low.</summary>
    public long Dropped { get; private set; }

    public override bool Add(UInt128 key, in Occurrence occurrence, int source, ulong value, long low, Firing firing)
    {
        ref var state = ref _keys.GetOrAdd(key, occurrence.Time, low - timespan - Lateness, out var added);
        if (added)
        {
            state.Buckets = [];
            state.Identities = [];
        }

        if (state.Identities.Count >= KeptIdentities)
        {
            state.Identities.Clear();
        }

        if (!state.Identities.Add(occurrence.Identity))
        {
            return false;
        }

        var number = BitConverter.UInt64BitsToDouble(value);
        var buckets = state.Buckets;
        if (buckets.Count == 0 || occurrence.Time >= buckets[^1].Time)
        {
            Append(ref state, occurrence, number);
            return Holds(state.Sum, state.Count) && Fire(ref state, buckets.Count - 1, state.Start, firing);
        }

        return AddLate(ref state, occurrence, number, firing);
    }

    public override WindowState Peek(UInt128 key)
    {
        ref var state = ref _keys.Find(key);
        if (Unsafe.IsNullRef(ref state) || state.Buckets.Count == 0)
        {
            return default;
        }

        return new WindowState(ValueOf(state.Sum, state.Count), state.Buckets[state.Start].Time, state.Buckets[^1].Time);
    }

    public override void Forget(UInt128 key) => _keys.Remove(key);

    private void Append(ref State state, in Occurrence occurrence, double number)
    {
        var buckets = state.Buckets;
        if (buckets.Count == 0 || buckets[^1].Time != occurrence.Time)
        {
            buckets.Add(new Bucket(occurrence.Time));
        }

        buckets[^1].Add(number, occurrence.Position);
        state.Sum += number;
        state.Count++;
        while (occurrence.Time - buckets[state.Start].Time > timespan)
        {
            state.Sum -= buckets[state.Start].Sum;
            state.Count -= buckets[state.Start].Count;
            state.Start++;
        }

        Prune(ref state);
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
            buckets.Insert(index, new Bucket(occurrence.Time));
        }
        else
        {
            index--;
        }

        buckets[index].Add(number, occurrence.Position);
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
        if (over >= 64 || buckets.Count > KeptBuckets)
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
            state.Buckets[i].Tell(firing);
        }

        return true;
    }

    private struct State
    {
        public List<Bucket> Buckets;
        public HashSet<ulong> Identities;
        public double Sum;
        public int Count;
        public int Start;
    }

    private sealed class Bucket(long time)
    {
        private readonly List<ulong> _fresh = [];
        private int _untold;

        public long Time => time;

        public double Sum { get; private set; }

        public int Count { get; private set; }

        public void Add(double number, ulong position)
        {
            Sum += number;
            Count++;
            _untold++;
            if (_fresh.Count < KeptPositions)
            {
                _fresh.Add(position);
            }
        }

        /// <summary>The events that no firing has counted yet; of many the first twenty by position.</summary>
        public void Tell(Firing firing)
        {
            firing.Take(time, _fresh, _untold);
            _fresh.Clear();
            _untold = 0;
        }
    }
}
