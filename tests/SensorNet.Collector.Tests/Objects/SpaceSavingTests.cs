using SensorNet.Collector.Objects;

namespace SensorNet.Collector.Tests.Objects;

public sealed class SpaceSavingTests
{
    [Fact]
    public void Is_exact_while_there_is_room()
    {
        var counts = new SpaceSaving<int>(100);
        for (var i = 0; i < 10_000; i++)
        {
            counts.Add(i % 100);
        }

        Assert.All(counts.Counts, c => Assert.Equal(100UL, c.Value));
    }

    [Fact]
    public void Keeps_the_frequent_ones_in_a_flood_of_others_and_never_counts_too_low()
    {
        var random = new Random(1);
        var counts = new SpaceSaving<int>(64);
        var exact = new Dictionary<int, ulong>();
        for (var i = 0; i < 100_000; i++)
        {
            var value = random.Next(2) == 0 ? random.Next(5) : 1000 + random.Next(1_000_000);
            exact[value] = exact.GetValueOrDefault(value) + 1;
            counts.Add(value);
        }

        Assert.Equal(64, counts.Counts.Count);
        for (var frequent = 0; frequent < 5; frequent++)
        {
            Assert.InRange(counts.Counts[frequent], exact[frequent], exact[frequent] + (100_000 / 64));
        }
    }

    [Fact]
    public void A_stored_list_keeps_the_most_frequent()
    {
        var counts = Enumerable.Range(1, 50).ToDictionary(i => $"value-{i}", i => (ulong)i);
        var read = TopList.Decode(TopList.Encode(counts, 10));
        Assert.Equal(counts.OrderByDescending(c => c.Value).Take(10), read);
        Assert.Empty(TopList.Decode([]));
        Assert.Empty(TopList.Decode([200, 1, 2]));
    }
}
