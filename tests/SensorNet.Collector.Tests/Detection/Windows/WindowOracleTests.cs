using FsCheck;
using FsCheck.Fluent;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Detection.Windows;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection.Windows;

/// <summary>The windows against the plainest possible reading of the rule, on random streams.</summary>
public sealed class WindowOracleTests
{
    private const long Second = 1_000_000_000;
    private const long Timespan = 10 * Second;

    /// <summary>Up to 40 events: seconds 0-59, values 0-5.</summary>
    private static readonly Arbitrary<(int Time, int Value)[]> Streams = Gen.Choose(0, 59)
        .SelectMany(t => Gen.Choose(0, 5).Select(v => (t, v)))
        .ArrayOf()
        .Where(a => a.Length <= 40)
        .ToArbitrary();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Event_count_in_order_fires_exactly_when_enough_events_lie_in_the_window(int threshold)
    {
        Prop.ForAll(Streams, stream =>
        {
            var window = new EventCountWindow(threshold, Timespan, 100);
            var seen = new List<int>();
            foreach (var (time, index) in stream.Select(e => e.Time).Order().Select((t, i) => (t, i)))
            {
                seen.Add(time);
                var expected = seen.Count(t => time - t <= 10) >= threshold;
                if (Add(window, time, (ulong)index + 1) != expected)
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Value_count_in_order_fires_exactly_when_enough_values_lie_in_the_window(int threshold)
    {
        Prop.ForAll(Streams, stream =>
        {
            var window = new ValueCountWindow(threshold, Timespan, 100);
            var seen = new HashSet<(int Time, int Value)>();
            foreach (var (e, index) in stream.OrderBy(e => e.Time).Select((e, i) => (e, i)))
            {
                var repeated = !seen.Add(e);
                var expected = !repeated && seen.Where(s => e.Time - s.Time <= 10).Select(s => s.Value).Distinct().Count() >= threshold;
                if (Add(window, e.Time, (ulong)index + 1, value: (ulong)e.Value) != expected)
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Value_count_out_of_order_fires_if_and_only_if_some_window_holds_enough_values()
    {
        Prop.ForAll(Streams, Gen.Choose(0, int.MaxValue).ToArbitrary(), (stream, seed) =>
        {
            var events = stream.Distinct().Take(16).ToArray();
            var expected = events.Any(end => events.Where(s => s.Time <= end.Time && end.Time - s.Time <= 10).Select(s => s.Value).Distinct().Count() >= 3);
            new Random(seed).Shuffle(events);
            var window = new ValueCountWindow(3, Timespan, 100);
            var fired = false;
            for (var i = 0; i < events.Length; i++)
            {
                fired |= Add(window, events[i].Time, (ulong)i + 1, value: (ulong)events[i].Value);
            }

            return fired == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Event_count_fires_or_not_whatever_the_order_and_the_repetitions()
    {
        Prop.ForAll(Streams, Gen.Choose(0, int.MaxValue).ToArbitrary(), (stream, seed) =>
        {
            // As many as are kept for one key: more would have to be in order.
            var times = stream.Select(e => e.Time).Take(6).ToArray();
            var sorted = times.Order().ToArray();
            var expected = Enumerable.Range(0, Math.Max(0, sorted.Length - 3)).Any(i => sorted[i + 3] - sorted[i] <= 10);
            var events = times.Select((t, i) => (Time: t, Identity: (ulong)i + 1)).SelectMany(e => new[] { e, e }).ToArray();
            new Random(seed).Shuffle(events);
            var window = new EventCountWindow(4, Timespan, 100);
            var fired = false;
            foreach (var e in events)
            {
                fired |= Add(window, e.Time, e.Identity);
            }

            return fired == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Temporal_fires_if_and_only_if_a_window_holds_a_match_of_every_rule()
    {
        Prop.ForAll(Streams, Gen.Choose(0, int.MaxValue).ToArbitrary(), (stream, seed) =>
        {
            // Of each rule as many as are kept: more would have to be in order.
            var events = stream.Select(e => (e.Time, Rule: e.Value % 3)).Distinct().GroupBy(e => e.Rule).SelectMany(g => g.Take(8)).ToArray();
            var expected = events.Any(end => events.Where(s => s.Time <= end.Time && end.Time - s.Time <= 10).Select(s => s.Rule).Distinct().Count() == 3);
            new Random(seed).Shuffle(events);
            var window = new TemporalWindow(3, ordered: false, Timespan, 100, null);
            var fired = false;
            for (var i = 0; i < events.Length; i++)
            {
                fired |= Add(window, events[i].Time, (ulong)i + 1, events[i].Rule);
            }

            return fired == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Temporal_ordered_fires_if_and_only_if_a_chain_in_order_fits_the_window()
    {
        Prop.ForAll(Streams, Gen.Choose(0, int.MaxValue).ToArbitrary(), (stream, seed) =>
        {
            var events = stream.Select(e => (e.Time, Rule: e.Value % 3)).Distinct().Take(10).ToArray();
            var expected = events.Where(a => a.Rule == 0).Any(a => events.Where(b => b.Rule == 1 && b.Time >= a.Time)
                .Any(b => events.Any(c => c.Rule == 2 && c.Time >= b.Time && c.Time - a.Time <= 10)));
            new Random(seed).Shuffle(events);
            var window = new TemporalWindow(3, ordered: true, Timespan, 100, null);
            var fired = false;
            for (var i = 0; i < events.Length; i++)
            {
                fired |= Add(window, events[i].Time, (ulong)i + 1, events[i].Rule);
            }

            return fired == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Temporal_ordered_in_order_is_exact_however_many_matches_there_are()
    {
        Prop.ForAll(Streams, stream =>
        {
            var events = stream.Concat(stream.Select(e => (e.Time / 2, e.Value + 1))).Select(e => (Time: e.Item1, Rule: e.Item2 % 3)).Distinct().OrderBy(e => e.Time).ThenBy(e => e.Rule).ToArray();
            var window = new TemporalWindow(3, ordered: true, Timespan, 100, null);
            for (var i = 0; i < events.Length; i++)
            {
                var c = events[i];
                var expected = c.Rule == 2 && events.Where(b => b.Rule == 1 && b.Time <= c.Time)
                    .Any(b => events.Any(a => a.Rule == 0 && a.Time <= b.Time && c.Time - a.Time <= 10));
                if (c.Rule == 2 && Add(window, c.Time, (ulong)i + 1, c.Rule) != expected || c.Rule != 2 && Add(window, c.Time, (ulong)i + 1, c.Rule))
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(CorrelationTypeName.ValueSum, 9)]
    [InlineData(CorrelationTypeName.ValueAverage, 3)]
    [InlineData(CorrelationTypeName.ValueMedian, 3)]
    [InlineData(CorrelationTypeName.ValuePercentile, 4)]
    public void Computed_values_in_order_fire_exactly_when_the_window_meets_the_bound(CorrelationTypeName type, double bound) =>
        ComputedValues((CorrelationType)type, bound);

    /// <summary>Public stand-in, since test parameters must be public.</summary>
    public enum CorrelationTypeName : byte
    {
        ValueSum = CorrelationType.ValueSum,
        ValueAverage = CorrelationType.ValueAverage,
        ValuePercentile = CorrelationType.ValuePercentile,
        ValueMedian = CorrelationType.ValueMedian,
    }

    [Fact]
    public void Sums_out_of_order_fire_if_and_only_if_some_window_reaches_the_bound()
    {
        Prop.ForAll(Streams, Gen.Choose(0, int.MaxValue).ToArbitrary(), (stream, seed) =>
        {
            var events = stream.ToArray();
            var expected = events.Any(end => events.Where(s => s.Time <= end.Time && end.Time - s.Time <= 10).Sum(s => s.Value) >= 12);
            new Random(seed).Shuffle(events);
            var window = new SumWindow(CorrelationType.ValueSum, CountCondition.None with { Gte = 12 }, Timespan, 100);
            var fired = false;
            for (var i = 0; i < events.Length; i++)
            {
                fired |= Add(window, events[i].Time, (ulong)i + 1, value: BitConverter.DoubleToUInt64Bits(events[i].Value));
            }

            return fired == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_window_that_closes_is_judged_once_and_only_after_the_watermark()
    {
        var window = new ClosingWindow(CorrelationType.EventCount, 0, CountCondition.None with { Lte = 2 }, Timespan, 100);
        var firing = new Firing();
        Add(window, 1, 1);
        Add(window, 2, 2);
        Add(window, 2, 2);
        Add(window, 12, 3);
        Add(window, 13, 4);
        Add(window, 14, 5);
        Assert.False(window.TryClose(9 * Second, out _, out _, firing, out _));
        Assert.True(window.TryClose(10 * Second, out _, out var last, firing, out var fired));
        Assert.True(fired);
        Assert.Equal(2, firing.Value);
        Assert.Equal(2 * Second, last.Time);
        Assert.True(window.TryClose(30 * Second, out _, out _, firing, out fired));
        Assert.False(fired);
        Assert.False(window.TryClose(90 * Second, out _, out _, firing, out _));
    }

    private static void ComputedValues(CorrelationType type, double bound)
    {
        Prop.ForAll(Streams, stream =>
        {
            Window window = type is CorrelationType.ValueSum or CorrelationType.ValueAverage
                ? new SumWindow(type, CountCondition.None with { Gte = bound }, Timespan, 100)
                : new ValueWindow(type, 90, CountCondition.None with { Gte = bound }, Timespan, 100);
            var seen = new List<(int Time, int Value)>();
            foreach (var (e, index) in stream.OrderBy(e => e.Time).Select((e, i) => (e, i)))
            {
                seen.Add(e);
                double[] values = [.. seen.Where(s => e.Time - s.Time <= 10).Select(s => (double)s.Value)];
                var expected = Aggregate.Of(type, 90, [.. values], values.Sum()) >= bound;
                if (Add(window, e.Time, (ulong)index + 1, value: BitConverter.DoubleToUInt64Bits(e.Value)) != expected)
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    private static bool Add(Window window, int time, ulong identity, int source = 0, ulong value = 0) =>
        window.Add(7, new Occurrence(new Event(), time * Second, identity, identity), source, value, long.MinValue / 2, new Firing());
}
