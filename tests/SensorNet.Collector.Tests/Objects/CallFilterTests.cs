using SensorNet.Collector.Objects;

namespace SensorNet.Collector.Tests.Objects;

public sealed class CallFilterTests
{
    [Fact]
    public void It_knows_every_call_that_began_in_the_time_it_covers_and_few_others()
    {
        const int Calls = 1_000_000;
        var filter = new CallFilter();
        for (var i = 0; i < Calls; i++)
        {
            filter.Add(Call(i), start: i);
        }

        // The oldest were dropped, and it says so.
        Assert.InRange(filter.CoveredFrom, 1, Calls - 250_000);
        for (var i = (int)filter.CoveredFrom + 1; i < Calls; i++)
        {
            Assert.True(filter.MayContain(Call(i)), $"call {i} is missing");
        }

        Assert.InRange(Enumerable.Range(Calls, 100_000).Count(i => filter.MayContain(Call(i))), 0, 2_000);
    }

    [Fact]
    public void Calls_that_were_left_out_at_the_start_are_not_covered()
    {
        var filter = new CallFilter();
        Assert.Equal(long.MinValue, filter.CoveredFrom);
        filter.LeaveOut(1000);
        filter.LeaveOut(500);
        Assert.Equal(1000, filter.CoveredFrom);
    }

    private static (string, string) Call(int number) => ("s1", $"{number}@192.0.2.1");
}
