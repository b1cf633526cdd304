using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>The tables behind the tracker against plain collections.</summary>
public sealed class TableTests
{
    [Fact]
    public void The_key_index_does_what_a_dictionary_of_lists_does()
    {
        var steps = Gen.Zip(Gen.Choose(0, 2), Gen.Zip(Gen.Choose(1, 12), Gen.Choose(0, 63))).ListOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(steps.ToArbitrary(), list =>
        {
            var index = new KeyIndex(64);
            var model = new Dictionary<int, ulong>();
            foreach (var (operation, (key, entry)) in list)
            {
                // Equal high bits, so that chains are long.
                var hash = ((ulong)key << 40) | 1;
                if (operation == 0 && !model.ContainsKey(entry))
                {
                    index.Add(hash, entry);
                    model[entry] = hash;
                }
                else if (operation == 1)
                {
                    index.Remove(entry);
                    model.Remove(entry);
                }

                var found = new HashSet<int>();
                for (var i = index.Find(hash); i >= 0; i = index.FindNext(hash, i))
                {
                    Assert.True(found.Add(i));
                }

                Assert.Equal(model.Where(m => m.Value == hash).Select(m => m.Key).Order(), found.Order());
            }
        }));
    }

    [Fact]
    public void The_slab_keeps_the_order_of_touching()
    {
        var steps = Gen.Zip(Gen.Choose(0, 2), Gen.Choose(0, 100)).ListOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(steps.ToArbitrary(), list =>
        {
            var slab = new LruSlab<int>(8);
            var model = new List<int>();
            foreach (var (operation, pick) in list)
            {
                if (operation == 0)
                {
                    if (slab.IsFull)
                    {
                        Assert.Equal(model[0], slab.Oldest);
                        slab.Remove(slab.Oldest);
                        model.RemoveAt(0);
                    }

                    var entry = slab.Add();
                    Assert.Equal(0, slab[entry]);
                    slab[entry] = 77;
                    model.Add(entry);
                }
                else if (model.Count > 0)
                {
                    var entry = model[pick % model.Count];
                    model.Remove(entry);
                    if (operation == 1)
                    {
                        slab.Touch(entry);
                        model.Add(entry);
                    }
                    else
                    {
                        var generation = slab.Generation(entry);
                        slab.Remove(entry);
                        Assert.False(slab.IsLive(entry, generation));
                    }
                }

                var order = new List<int>();
                for (var i = slab.Oldest; i >= 0; i = slab.Newer(i))
                {
                    order.Add(i);
                }

                Assert.Equal(model, order);
                Assert.Equal(model.Count, slab.Count);
            }
        }));
    }

    [Fact]
    public void The_arena_gives_blocks_that_do_not_overlap_and_stays_within_its_limit()
    {
        var arena = new TextArena(1 << 20);
        var random = new Random(3);
        var held = new List<(int Block, int Length, byte Mark)>();
        for (var i = 0; i < 20_000; i++)
        {
            if (random.Next(3) > 0 || held.Count == 0)
            {
                var length = random.Next(1, random.Next(2) == 0 ? 700 : TextArena.Longest + 1);
                var block = arena.Take(length);
                if (block >= 0)
                {
                    arena.Block(block, length).Fill((byte)i);
                    held.Add((block, length, (byte)i));
                }
                else
                {
                    Assert.True(arena.Bytes >= 1 << 20);
                }
            }

            if (held.Count > 0 && random.Next(2) == 0)
            {
                var at = random.Next(held.Count);
                var (block, length, mark) = held[at];
                Assert.Equal(-1, arena.Block(block, length).IndexOfAnyExcept(mark));
                arena.Give(block);
                held.RemoveAt(at);
            }
        }

        Assert.InRange(arena.Bytes, 1, 1 << 20);
    }

    [Fact]
    public void Hashes_depend_on_the_key_and_on_every_octet()
    {
        var hash = new KeyedHash();
        Assert.NotEqual(hash.Of("call"u8), new KeyedHash().Of("call"u8));
        Assert.Equal(hash.Of("call"u8), hash.Of("call"u8));
        Assert.NotEqual(0UL, hash.Of([]));
        var seen = new HashSet<ulong>();
        for (var length = 0; length < 1200; length++)
        {
            var text = new byte[length];
            Assert.True(seen.Add(hash.Of(text)), $"zeros of length {length}");
            for (var i = 0; i < length; i += 37)
            {
                text[i] = 1;
                Assert.True(seen.Add(hash.Of(text)));
                text[i] = 0;
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(16)]
    public void Few_distinct_values_are_counted_exactly(int count) => Assert.Equal((ulong)count, Distinct(count));

    [Theory]
    [InlineData(17)]
    [InlineData(100)]
    [InlineData(500)]
    public void Many_distinct_values_are_estimated(int count) => Assert.InRange(Distinct(count), (ulong)(count * 0.85) , (ulong)(count * 1.15) + 1);

    [Theory]
    [InlineData(3, 3, 3)]
    [InlineData(8, 8, 8)]
    [InlineData(60, 45, 80)]
    public void Distinct_user_agents_are_counted_in_little_space(int count, int least, int most)
    {
        var hash = new KeyedHash();
        var counter = default(SmallDistinctCounter);
        for (var i = 0; i < 2 * count; i++)
        {
            counter.Add(hash.Of(BitConverter.GetBytes(i % count)));
        }

        Assert.InRange(counter.Count, (ulong)least, (ulong)most);
    }

    [Fact]
    public void The_trace_keeps_the_last_sixteen()
    {
        var ring = default(TraceRing);
        for (var i = 0; i < 20; i++)
        {
            ring.Add(i * 1_000_000L, i % 2 == 0, i == 19, i == 19 ? 200 : 0, SipMethod.Info);
        }

        Assert.Equal(16, ring.Count);
        ring.Get(0, out var offset, out var fromSource, out var repeated, out var status, out var method);
        Assert.InRange(offset, 3_984UL, 4_000UL);
        Assert.True(fromSource);
        Assert.False(repeated);
        Assert.Equal(SipMethod.Info, method);
        ring.Get(15, out _, out _, out repeated, out status, out _);
        Assert.True(repeated);
        Assert.Equal(200, status);
    }

    [Fact]
    public void Packed_fields_come_back_and_damage_is_empty()
    {
        Span<byte> buffer = stackalloc byte[40];
        var used = FieldPack.Append(buffer, 0, "one"u8, 10);
        used = FieldPack.Append(buffer, used, default, 10);
        used = FieldPack.Append(buffer, used, "three-is-long"u8, 5);
        used = FieldPack.Append(buffer, used, Encoding.ASCII.GetBytes(new string('x', 100)), 100);
        Assert.True(FieldPack.Get(buffer[..used], 0).SequenceEqual("one"u8));
        Assert.True(FieldPack.Get(buffer[..used], 1).IsEmpty);
        Assert.True(FieldPack.Get(buffer[..used], 2).SequenceEqual("three"u8));
        Assert.True(FieldPack.Get(buffer[..used], 3).IsEmpty);
        Assert.True(FieldPack.Get(buffer[..used], 9).IsEmpty);
        Assert.True(FieldPack.Get([255, 255, 1], 0).IsEmpty);
    }

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("256.1.1.1", false)]
    [InlineData("1.2.3", false)]
    [InlineData("1.2.3.4.5", false)]
    [InlineData("1..3.4", false)]
    [InlineData("example.org", false)]
    [InlineData("", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db8:::", false)]
    public void Addresses_in_messages_are_read(string text, bool valid)
    {
        Assert.Equal(valid, NumericAddress.TryParse(Encoding.ASCII.GetBytes(text), out var address));
        if (valid)
        {
            Assert.Equal(text, address.ToString());
        }
    }

    [Fact]
    public void A_token_bucket_lets_a_burst_and_then_its_rate_pass()
    {
        var bucket = default(TokenBucket);
        var passed = 0;
        for (var i = 0; i < 100; i++)
        {
            passed += bucket.TryTake(1_000_000_000, 10, 2, out _) ? 1 : 0;
        }

        Assert.Equal(10, passed);
        Assert.True(bucket.TryTake(1_600_000_000, 10, 2, out var heldBack));
        Assert.Equal(90U, heldBack);
        Assert.False(bucket.TryTake(1_600_000_000, 10, 2, out _));
    }

    [Theory]
    [InlineData("MaxCalls")]
    [InlineData("T1")]
    [InlineData("StatsInterval")]
    public void Impossible_options_are_refused_by_name(string name)
    {
        var options = name switch
        {
            "MaxCalls" => new TrackerOptions { MaxCalls = 1 },
            "T1" => new TrackerOptions { T1 = TimeSpan.Zero },
            _ => new TrackerOptions { StatsInterval = TimeSpan.FromDays(1) },
        };
        Assert.Contains(name, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private static ulong Distinct(int count)
    {
        var hash = new KeyedHash();
        var counter = default(DistinctCounter);
        for (var repeat = 0; repeat < 3; repeat++)
        {
            for (var i = 0; i < count; i++)
            {
                counter.Add(hash.Of(BitConverter.GetBytes(i)));
            }
        }

        return counter.Count;
    }
}
