using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Dialogs;

namespace SensorNet.Sensor.Tests.Dialogs;

public sealed class TimingWheelTests
{
    private const long Tick = 1L << 27;

    [Fact]
    public void Timers_fire_in_time_order_never_early_and_at_most_a_tick_late()
    {
        // Pairs of (delay, step of the clock), in milliseconds up to years.
        var delay = Gen.OneOf(Gen.Choose(0, 500), Gen.Choose(0, 100_000), Gen.Choose(0, int.MaxValue));
        var script = Gen.Zip(delay, Gen.OneOf(Gen.Choose(0, 300), Gen.Choose(0, 10_000_000))).ListOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(script.ToArbitrary(), Follows));
    }

    [Fact]
    public void A_cancelled_timer_does_not_fire()
    {
        var wheel = new TimingWheel(0);
        var target = new Recorder();
        var first = wheel.Set(Tick * 10, 1, 1);
        wheel.Set(Tick * 10, 1, 2);
        wheel.Cancel(first);
        wheel.Advance(Tick * 100, target);
        Assert.Equal([2], target.Fired);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void A_timer_may_cancel_another_that_is_due_in_the_same_tick()
    {
        var wheel = new TimingWheel(0);
        var numbers = new int[4];
        var target = new Recorder();
        for (var i = 0; i < 4; i++)
        {
            numbers[i] = wheel.Set(Tick * 5, 1, i);
        }

        target.OnFire = owner =>
        {
            // Whichever fires first takes the rest with it.
            for (var i = 0; i < 4; i++)
            {
                if (i != owner && !target.Cancelled.Contains(i) && target.Fired.Count == 1)
                {
                    wheel.Cancel(numbers[i]);
                    target.Cancelled.Add(i);
                }
            }
        };
        wheel.Advance(Tick * 6, target);
        Assert.Single(target.Fired);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void A_timer_may_set_others()
    {
        var wheel = new TimingWheel(0);
        var target = new Recorder();
        target.OnFire = owner =>
        {
            if (owner < 5)
            {
                wheel.Set(Tick * (owner + 2) * 1000, 1, owner + 1);
            }
        };
        wheel.Set(Tick, 1, 0);
        wheel.Advance(Tick * 100_000, target);
        Assert.Equal([0, 1, 2, 3, 4, 5], target.Fired);
    }

    private static void Follows(IList<(int Delay, int Step)> script)
    {
        long now = 1_700_000_000_000_000_000;
        var wheel = new TimingWheel(now);
        var due = new List<long>();
        var target = new Recorder();
        var fired = 0;
        foreach (var (delay, step) in script)
        {
            var at = now + (delay * 1_000_000L);
            wheel.Set(at, 1, due.Count);
            due.Add(at);
            now += step * 1_000_000L;
            wheel.Advance(now, target);
            for (; fired < target.Fired.Count; fired++)
            {
                Assert.True(due[target.Fired[fired]] <= now);
            }

            // What did not fire is not due by more than a tick or two (the tick it was set in and the rounding up).
            for (var i = 0; i < due.Count; i++)
            {
                Assert.True(target.Fired.Contains(i) || due[i] > now - (2 * Tick));
            }
        }

        wheel.Advance(long.MaxValue >> 1, target);
        Assert.Equal(due.Count, target.Fired.Distinct().Count());
        Assert.Equal(due.Count, target.Fired.Count);
        Assert.Equal(0, wheel.Count);
    }

    private sealed class Recorder : ITimerTarget
    {
        public List<int> Fired { get; } = [];

        public HashSet<int> Cancelled { get; } = [];

        public Action<int>? OnFire { get; set; }

        public void OnTimer(byte kind, int owner)
        {
            Fired.Add(owner);
            OnFire?.Invoke(owner);
        }
    }
}
