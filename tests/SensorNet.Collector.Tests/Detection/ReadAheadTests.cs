using SensorNet.Collector.Detection;

namespace SensorNet.Collector.Tests.Detection;

public sealed class ReadAheadTests
{
    [Fact]
    public void Gives_the_same_items_in_the_same_order() => Assert.Equal(Enumerable.Range(0, 20_000), ReadAhead.Of(Enumerable.Range(0, 20_000)));

    [Fact]
    public void What_fails_in_reading_is_thrown_after_the_items_before_it()
    {
        var seen = 0;
        var thrown = Assert.Throws<InvalidDataException>(() =>
        {
            foreach (var item in ReadAhead.Of(Items(5000, new InvalidDataException("torn"), () => { })))
            {
                Assert.Equal(seen++, item);
            }
        });
        Assert.Equal(("torn", 4608), (thrown.Message, seen));
    }

    [Fact]
    public void Who_stops_early_finds_the_source_closed()
    {
        var closed = false;
        Assert.Equal(3, ReadAhead.Of(Items(int.MaxValue, null, () => closed = true)).Take(3).Count());
        Assert.True(closed);
    }

    private static IEnumerable<int> Items(int count, Exception? failure, Action closed)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                yield return i;
            }

            if (failure is not null)
            {
                throw failure;
            }
        }
        finally
        {
            closed();
        }
    }
}
