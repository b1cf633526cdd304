using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Cli;

namespace SensorNet.Sensor.Tests.Cli;

public sealed class ReplayClockTests
{
    [Fact]
    public void Inputs_on_their_own_threads_are_merged_by_their_times()
    {
        var inputs = Gen.Choose(0, 50).ListOf().ListOf();
        Prop.ForAll(Arb.From(inputs), lists =>
        {
            var sorted = lists.Select(l => l.Order().Select(t => (long)t).ToList()).ToList();
            if (sorted.Count == 0)
            {
                return;
            }

            var clock = new ReplayClock([.. sorted.Select(l => l.FirstOrDefault())], 0, CancellationToken.None);
            var played = new List<long>();
            var threads = sorted.Select((list, index) => new Thread(() =>
            {
                foreach (var time in list)
                {
                    Assert.True(clock.Reach(index, time));
                    played.Add(time);
                }

                clock.Done(index);
            })).ToList();
            threads.ForEach(t => t.Start());
            threads.ForEach(t => t.Join());
            Assert.Equal(sorted.SelectMany(l => l).Order(), played);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task The_pace_of_an_input_that_was_not_measured_counts_from_its_first_packet()
    {
        const long Packet = 1_800_000_000_000_000_000;
        var clock = new ReplayClock([0], 1, CancellationToken.None);

        // As a replay does: its turn first, then the packets.
        Assert.True(clock.Reach(0, 0));
        var reached = Task.Run(() => clock.Reach(0, Packet) && clock.Reach(0, Packet + 1_000_000));
        Assert.True(await reached.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Cancelling_ends_the_waiting()
    {
        using var cancellation = new CancellationTokenSource(50);
        var clock = new ReplayClock([1, 5], 0, cancellation.Token);
        Assert.False(clock.Reach(1, 5));
    }
}
