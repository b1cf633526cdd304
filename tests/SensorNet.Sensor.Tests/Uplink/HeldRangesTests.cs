using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Tests.Uplink;

public sealed class HeldRangesTests
{
    [Fact]
    public void Exactly_what_is_not_held_is_sent_once()
    {
        var pairs = Gen.Choose(1, 60).ListOf();
        Prop.ForAll(Arb.From(pairs), numbers =>
        {
            var held = new HeldRanges([.. numbers.Select(n => (ulong)n)]);
            var holds = new HashSet<ulong>();
            for (var i = 0; i + 1 < numbers.Count; i += 2)
            {
                for (var seq = (ulong)numbers[i]; seq <= (ulong)numbers[i + 1]; seq++)
                {
                    holds.Add(seq);
                }
            }

            var sent = new List<ulong>();
            for (var next = held.NextMissing(1); next <= 70; next = held.NextMissing(next))
            {
                for (var run = Math.Min(held.MissingRun(next), 5); run > 0 && next <= 70; run--)
                {
                    sent.Add(next++);
                }
            }

            Assert.Equal(Enumerable.Range(1, 70).Select(n => (ulong)n).Where(n => !holds.Contains(n)), sent);
        }).QuickCheckThrowOnFailure();
    }
}
