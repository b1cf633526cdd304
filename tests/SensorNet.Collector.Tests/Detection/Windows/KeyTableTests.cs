using System.Runtime.CompilerServices;
using SensorNet.Collector.Detection.Windows;

namespace SensorNet.Collector.Tests.Detection.Windows;

public sealed class KeyTableTests
{
    [Fact]
    public void It_holds_what_a_dictionary_would_hold()
    {
        var random = new Random(7);
        var table = new KeyTable<int>(1_000_000);
        var expected = new Dictionary<UInt128, int>();
        for (var i = 0; i < 40_000; i++)
        {
            // Few distinct low bits, so that runs in the index are long and wrap around.
            var key = new UInt128((ulong)random.Next(4000), (ulong)random.Next(300));
            if (random.Next(3) == 0)
            {
                table.Remove(key);
                expected.Remove(key);
            }
            else
            {
                table.GetOrAdd(key, i, long.MinValue, out var added) = i;
                Assert.Equal(!expected.ContainsKey(key), added);
                expected[key] = i;
            }
        }

        Assert.Equal(expected.Count, table.Count);
        foreach (var (key, value) in expected)
        {
            ref var found = ref table.Find(key);
            Assert.False(Unsafe.IsNullRef(ref found));
            Assert.Equal(value, found);
        }
    }

    [Fact]
    public void At_the_cap_the_key_that_was_quiet_longest_goes_and_is_counted()
    {
        var table = new KeyTable<int>(3);
        for (var i = 1; i <= 3; i++)
        {
            table.GetOrAdd((UInt128)i, i, long.MinValue, out _) = i;
        }

        table.GetOrAdd(1, 4, long.MinValue, out _);
        table.GetOrAdd(4, 5, long.MinValue, out _) = 4;
        Assert.True(Unsafe.IsNullRef(ref table.Find(2)));
        Assert.Equal(1, table.Find(1));
        Assert.Equal(1, table.Evictions);
    }

    [Fact]
    public void Keys_whose_time_is_over_make_room_without_counting_as_lost()
    {
        var table = new KeyTable<int>(1_000);
        for (var i = 0; i < 10_000; i++)
        {
            table.GetOrAdd((UInt128)i, i, i - 10, out _);
        }

        Assert.True(table.Count < 20);
        Assert.Equal(0, table.Evictions);
    }
}
