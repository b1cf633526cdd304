using FsCheck;
using FsCheck.Fluent;
using SensorNet.Collector.Ingest;

namespace SensorNet.Collector.Tests.Ingest;

public sealed class DedupeWindowTests
{
    [Fact]
    public void Takes_every_sequence_once_whatever_the_order_and_says_what_it_holds()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var window = new DedupeWindow();
            var model = new HashSet<ulong>();
            for (var i = 0; i < 500; i++)
            {
                // Within the window's reach, with many repetitions.
                var sequence = (ulong)random.Next(1, 300);
                Assert.Equal(model.Add(sequence), window.TryAdd(sequence));
                if (random.Next(50) == 0)
                {
                    window = DedupeWindow.Decode(window.Encode());
                }
            }

            var acked = 0UL;
            while (model.Contains(acked + 1))
            {
                acked++;
            }

            Assert.Equal(acked, window.Acked);
            Assert.Equal(0UL, window.Lost);
            Assert.Equal(model.Where(s => s > acked).Order(), Expand(window.Held()));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_sequence_far_ahead_gives_up_what_is_missing_and_counts_it()
    {
        var window = new DedupeWindow();
        Assert.True(window.TryAdd(1));
        Assert.True(window.TryAdd(3));
        Assert.True(window.TryAdd(10_000));
        Assert.Equal(10_000UL - DedupeWindow.Size, window.Acked);
        Assert.Equal(10_000UL - DedupeWindow.Size - 2, window.Lost);
        Assert.False(window.TryAdd(2));
        Assert.False(window.TryAdd(10_000));
        Assert.True(window.TryAdd(9_999));
        Assert.Equal([9_999UL, 10_000UL], window.Held());
    }

    [Fact]
    public void What_the_sensor_gave_up_is_lost_but_not_what_was_held()
    {
        var window = new DedupeWindow();
        window.TryAdd(2);
        window.TryAdd(5);
        window.TryAdd(7);
        window.GiveUpTo(5);
        Assert.Equal((5UL, 3UL), (window.Acked, window.Lost));
        Assert.True(window.TryAdd(6));
        Assert.Equal(7UL, window.Acked);
        window.GiveUpTo(3);
        Assert.Equal(7UL, window.Acked);
        window.GiveUpTo(ulong.MaxValue - 1);
        Assert.True(window.TryAdd(ulong.MaxValue));
        Assert.False(window.TryAdd(ulong.MaxValue));
    }

    [Fact]
    public void The_very_ends_of_the_window_are_told_apart()
    {
        var window = new DedupeWindow();
        Assert.True(window.TryAdd(DedupeWindow.Size));
        Assert.Equal(0UL, window.Acked);
        Assert.True(window.TryAdd(DedupeWindow.Size + 1));
        Assert.Equal((1UL, 1UL), (window.Acked, window.Lost));
        for (ulong s = 2; s < DedupeWindow.Size; s++)
        {
            Assert.True(window.TryAdd(s));
        }

        Assert.Equal((ulong)DedupeWindow.Size + 1, window.Acked);
    }

    [Fact]
    public void Anything_that_is_no_stored_window_is_refused() =>
        Assert.All([0, 7, 8 + (DedupeWindow.Size / 8) + 1], length => Assert.Throws<InvalidDataException>(() => DedupeWindow.Decode(new byte[length])));

    private static IEnumerable<ulong> Expand(IReadOnlyList<ulong> pairs)
    {
        for (var i = 0; i < pairs.Count; i += 2)
        {
            for (var s = pairs[i]; s <= pairs[i + 1]; s++)
            {
                yield return s;
            }
        }
    }
}
