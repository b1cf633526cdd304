using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Spool;

namespace SensorNet.Sensor.Tests.Spool;

public sealed class EventSpoolTests
{
    [Fact]
    public void Events_are_numbered_from_one_and_read_back_in_order_across_segments()
    {
        using var folder = new SpoolFolder();
        using var spool = folder.Open();
        SpoolFolder.Append(spool, 0, 500);
        Assert.True(folder.Segments.Count > 3);
        Assert.Equal(SpoolFolder.Numbered(0, 500), SpoolFolder.Read(spool));
        Assert.Equal(SpoolFolder.Numbered(321, 179), SpoolFolder.Read(spool, 322));
    }

    [Fact]
    public void What_was_written_survives_the_end_of_the_process_and_numbers_go_on()
    {
        using var folder = new SpoolFolder();

        // Not disposed: as after kill -9.
        var killed = folder.Open();
        SpoolFolder.Append(killed, 0, 100);
        var epoch = killed.Epoch;

        using var spool = folder.Open();
        SpoolFolder.Append(spool, 100, 100);
        Assert.Equal(epoch, spool.Epoch);
        Assert.Equal(SpoolFolder.Numbered(0, 200), SpoolFolder.Read(spool));
    }

    [Fact]
    public void A_record_torn_at_any_octet_costs_that_record_alone()
    {
        using var folder = new SpoolFolder();
        var options = folder.Options with { SegmentBytes = 1 << 20 };
        using (var spool = folder.Open(options))
        {
            SpoolFolder.Append(spool, 0, 4);
        }

        var file = Assert.Single(folder.Segments);
        var whole = File.ReadAllBytes(file);
        var lengths = RecordEnds(whole);
        for (var cut = SpoolSegment.HeaderLength; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(file, whole[..cut]);
            using var spool = folder.Open(options);
            var kept = lengths.Count(end => end <= cut);
            Assert.Equal((ulong)kept, spool.Last);
            SpoolFolder.Append(spool, kept, 2);
            Assert.Equal(SpoolFolder.Numbered(0, kept + 2), SpoolFolder.Read(spool));
        }
    }

    [Fact]
    public void A_tail_of_zeros_as_a_power_cut_leaves_is_not_taken_for_events()
    {
        using var folder = new SpoolFolder();
        using (var spool = folder.Open())
        {
            SpoolFolder.Append(spool, 0, 10);
        }

        using (var file = new FileStream(folder.Segments[^1], FileMode.Append))
        {
            file.Write(new byte[3000]);
        }

        using var again = folder.Open();
        SpoolFolder.Append(again, 10, 10);
        Assert.Equal(SpoolFolder.Numbered(0, 20), SpoolFolder.Read(again));
    }

    [Fact]
    public void One_changed_octet_anywhere_is_noticed_counted_and_passed_over()
    {
        using var folder = new SpoolFolder();
        using (var spool = folder.Open())
        {
            SpoolFolder.Append(spool, 0, 150);
        }

        var file = folder.Segments[1];
        var whole = File.ReadAllBytes(file);
        for (var at = 0; at < whole.Length; at += 7)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(file, damaged);
            using var spool = folder.Open();
            var events = SpoolFolder.Read(spool);
            Assert.Equal(150ul, spool.Last);
            Assert.Equal(150ul, (ulong)events.Count + spool.GetStatistics().DamagedEvents);
            Assert.All(events, e => Assert.Equal($"u{e.Seq - 1}", e.User));
            foreach (var aside in Directory.GetFiles(folder.Path, "*.damaged"))
            {
                File.Delete(aside);
            }
        }
    }

    [Fact]
    public void Damage_after_opening_is_noticed_when_reading()
    {
        using var folder = new SpoolFolder();
        using var spool = folder.Open();
        SpoolFolder.Append(spool, 0, 300);
        var file = folder.Segments[1];
        var octets = File.ReadAllBytes(file);
        octets[octets.Length / 2] ^= 1;
        File.WriteAllBytes(file, octets);

        var events = SpoolFolder.Read(spool);
        Assert.All(events, e => Assert.Equal($"u{e.Seq - 1}", e.User));
        Assert.Equal(300ul, (ulong)events.Count + spool.GetStatistics().DamagedEvents);
        Assert.InRange(events.Count, 100, 299);
    }

    [Fact]
    public void Acknowledged_segments_are_kept_up_to_their_cap_to_refill_a_collector()
    {
        using var folder = new SpoolFolder();
        using var spool = folder.Open(folder.Options with { KeepAcknowledgedBytes = 8 << 10 });
        SpoolFolder.Append(spool, 0, 1000);
        spool.Acknowledge(1000);
        spool.Maintain();
        var statistics = spool.GetStatistics();
        Assert.InRange(statistics.DiskBytes, 8 << 10, 17 << 10);
        Assert.Equal(0ul, statistics.DroppedEvents);
        Assert.Equal(0ul, statistics.Waiting);
        var kept = SpoolFolder.Read(spool);
        Assert.Equal(1000ul, kept[^1].Seq);
        Assert.Equal(statistics.FirstAvailable, kept[0].Seq);
    }

    [Fact]
    public void Beyond_the_size_cap_the_oldest_go_and_are_counted()
    {
        using var folder = new SpoolFolder();
        using var spool = folder.Open(folder.Options with { MaxBytes = 16 << 10 });
        for (var i = 0; i < 100; i++)
        {
            SpoolFolder.Append(spool, i * 20, 20);
        }

        var statistics = spool.GetStatistics();
        Assert.InRange(statistics.DiskBytes, 1, 21 << 10);
        Assert.True(statistics.DroppedEvents > 0);
        Assert.Equal(statistics.DroppedEvents + 1, statistics.FirstAvailable);
        var kept = SpoolFolder.Read(spool);
        Assert.Equal(2000ul, kept[^1].Seq);
        Assert.Equal(2000ul, statistics.DroppedEvents + (ulong)kept.Count);
    }

    [Fact]
    public void In_a_replay_a_full_spool_takes_no_more_until_events_are_acknowledged()
    {
        using var folder = new SpoolFolder();
        using var spool = folder.Open(folder.Options with { MaxBytes = 16 << 10, NeverDrop = true });
        var count = 0;
        while (spool.TryAppend(SpoolFolder.NewEvent(count), Array.Empty<byte>()))
        {
            count++;
            spool.Flush();
            Assert.True(count < 10_000);
        }

        Assert.Equal(SpoolFolder.Numbered(0, count), SpoolFolder.Read(spool));
        spool.Acknowledge((ulong)count);
        spool.Maintain();
        Assert.True(spool.TryAppend(SpoolFolder.NewEvent(count), Array.Empty<byte>()));
        Assert.Equal(0ul, spool.GetStatistics().DroppedEvents);
    }

    [Fact]
    public void Marks_are_told_at_the_next_start_and_released_before_their_segment_goes()
    {
        using var folder = new SpoolFolder();
        var marks = new RecordedMarks();
        var killed = folder.Open(marks: marks);
        for (byte i = 1; i <= 60; i++)
        {
            Assert.True(killed.TryAppend(SpoolFolder.NewEvent(i), new[] { i }));
            killed.Flush();
        }

        killed.AppendMark(new byte[] { 61 });
        killed.Flush();
        Assert.Empty(marks.Releases);

        var after = new RecordedMarks();
        using var spool = folder.Open(marks: after);
        Assert.Equal(Enumerable.Range(1, 61).Select(i => (byte)i), after.Recoveries);
        SpoolFolder.Append(spool, 61, 200);
        spool.Acknowledge(261);

        after.FailFlush = true;
        spool.Maintain();
        Assert.Equal(1ul, SpoolFolder.Read(spool)[0].Seq);

        after.FailFlush = false;
        spool.Maintain();
        Assert.Equal(61, after.Releases.Distinct().Count());
        Assert.True(after.Flushes > 0);
        Assert.True(SpoolFolder.Read(spool)[0].Seq > 61);
    }

    [Fact]
    public void Marks_of_recent_events_are_released_as_soon_as_they_are_acknowledged()
    {
        using var folder = new SpoolFolder();
        var marks = new RecordedMarks();
        using var spool = folder.Open(marks: marks);
        for (byte i = 1; i <= 5; i++)
        {
            Assert.True(spool.TryAppend(SpoolFolder.NewEvent(i), new[] { i }));
        }

        spool.Flush();
        spool.Acknowledge(3);
        Assert.Equal(new byte[] { 1, 2, 3 }, marks.Releases);
    }

    [Fact]
    public void A_collector_that_knows_more_than_the_spool_ever_sent_makes_it_begin_a_new_epoch()
    {
        using var folder = new SpoolFolder();
        using (var spool = folder.Open(folder.Options with { SegmentBytes = 1 << 20 }))
        {
            SpoolFolder.Append(spool, 0, 50);
        }

        // A power cut took the last 20 events, which the collector has.
        var file = Assert.Single(folder.Segments);
        var octets = File.ReadAllBytes(file);
        File.WriteAllBytes(file, octets[..RecordEnds(octets)[29]]);

        using var again = folder.Open();
        var epoch = again.Epoch;
        SpoolFolder.Append(again, 100, 40);
        Assert.False(again.HasLost(30));
        Assert.True(again.HasLost(50));
        again.StartNewEpoch();

        Assert.True(again.Epoch > epoch);
        Assert.Equal(SpoolFolder.Numbered(100, 40).Select(e => (e.Seq - 100, e.User)), SpoolFolder.Read(again));
        SpoolFolder.Append(again, 140, 5);
        Assert.Equal(45ul, again.Last);
        Assert.All(folder.Segments, s => Assert.StartsWith(again.Epoch.ToString("x16"), Path.GetFileName(s), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_change_of_epoch_that_was_interrupted_counts_either_wholly_or_not_at_all(bool committed)
    {
        using var folder = new SpoolFolder();
        using (var spool = folder.Open())
        {
            SpoolFolder.Append(spool, 0, 50);
        }

        var state = Path.Combine(folder.Path, "spool.state");
        var oldState = File.ReadAllText(state);
        var oldSegments = folder.Segments.ToDictionary(s => s, File.ReadAllBytes);
        using (var spool = folder.Open())
        {
            SpoolFolder.Append(spool, 50, 10);
            foreach (var segment in folder.Segments)
            {
                oldSegments[segment] = File.ReadAllBytes(segment);
            }

            spool.StartNewEpoch();
        }

        // Killed after the new segments were written: before, or after, the state file took their side.
        foreach (var (segment, octets) in oldSegments)
        {
            File.WriteAllBytes(segment, octets);
        }

        if (!committed)
        {
            File.WriteAllText(state, oldState);
        }

        using var again = folder.Open();
        Assert.Equal(
            committed ? SpoolFolder.Numbered(50, 10).Select(e => (e.Seq - 50, e.User)) : SpoolFolder.Numbered(0, 60),
            SpoolFolder.Read(again));
    }

    [Fact]
    public void A_spool_that_is_gone_begins_a_later_epoch_even_when_the_clock_went_back()
    {
        using var folder = new SpoolFolder();
        var clock = new TestClock(DateTimeOffset.UtcNow);
        ulong before;
        using (var spool = folder.Open(time: clock))
        {
            SpoolFolder.Append(spool, 0, 5);
            before = spool.Epoch;
        }

        clock.Now = clock.Now.AddYears(-3);
        using (var spool = folder.Open(time: clock))
        {
            // The clock does not matter to numbers.
            Assert.Equal(before, spool.Epoch);
            SpoolFolder.Append(spool, 5, 5);
            Assert.Equal(SpoolFolder.Numbered(0, 10), SpoolFolder.Read(spool));
            spool.StartNewEpoch();
            Assert.True(spool.Epoch > before);
        }
    }

    [Fact]
    public void An_event_too_long_for_the_wire_is_shortened_and_still_told()
    {
        using var folder = new SpoolFolder();
        using var spool = folder.Open();
        var e = SpoolFolder.NewEvent(0);
        e.Raw = Google.Protobuf.ByteString.CopyFrom(new byte[3 << 20]);
        Assert.True(spool.TryAppend(e, Array.Empty<byte>()));
        spool.Flush();
        Assert.Equal([(1ul, "u0")], SpoolFolder.Read(spool));
    }

    [Fact]
    public void Whatever_happens_in_whatever_order_nothing_flushed_is_lost_or_doubled()
    {
        var steps = Gen.Choose(0, 5).ListOf().Resize(40).Zip(Gen.Choose(0, int.MaxValue));
        Prop.ForAll(Arb.From(steps), run =>
        {
            using var folder = new SpoolFolder();
            var options = folder.Options with { KeepAcknowledgedBytes = 6 << 10 };
            var random = new Random(run.Item2);
            var spool = folder.Open(options);
            var made = 0;
            foreach (var step in run.Item1)
            {
                switch (step)
                {
                    case 0 or 1:
                        var count = random.Next(1, 60);
                        SpoolFolder.Append(spool, made, count);
                        made += count;
                        break;
                    case 2:
                        spool.Acknowledge((ulong)random.Next(0, made + 1));
                        break;
                    case 3:
                        spool.Maintain();
                        break;
                    case 4:
                        // kill -9 in the middle of a write.
                        if (folder.Segments is [.., var newest])
                        {
                            using var file = new FileStream(newest, FileMode.Append);
                            file.Write(new byte[random.Next(0, 30)]);
                        }

                        spool = folder.Open(options);
                        break;
                    default:
                        spool.Dispose();
                        spool = folder.Open(options);
                        break;
                }

                var statistics = spool.GetStatistics();
                var held = SpoolFolder.Read(spool);
                Assert.Equal((ulong)made, spool.Last);
                Assert.Equal(0ul, statistics.DroppedEvents + statistics.DamagedEvents);
                var first = held.Count > 0 ? (int)held[0].Seq : made + 1;
                Assert.True((ulong)first <= statistics.Acknowledged + 1);
                Assert.Equal(SpoolFolder.Numbered(first - 1, made - first + 1), held);
            }

            spool.Dispose();
        }).QuickCheckThrowOnFailure();
    }

    private static List<int> RecordEnds(byte[] segment)
    {
        var ends = new List<int>();
        var at = SpoolSegment.HeaderLength;
        while (SpoolRecord.Read(segment.AsSpan(at), out var record) == SpoolRecordStatus.Whole)
        {
            at += record.Size;
            ends.Add(at);
        }

        return ends;
    }
}
