using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.Collector.Tests.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Ingest;

public sealed class CommitLoopTests : IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Acknowledged_events_are_there_after_reopening_in_order_of_arrival()
    {
        await using (var running = new RunningLoop(directory.Open()))
        {
            for (var i = 0; i < 50; i++)
            {
                var result = await running.Submit(Events.Batch((ulong)(i * 7) + 1, 7));
                Assert.Equal((ulong)(i * 7) + 7, result.Acked);
            }
        }

        using var store = directory.Open();
        var read = store.ReadAfter(0).ToList();
        Assert.Equal(350, store.EventCount);
        Assert.Equal(Enumerable.Range(1, 350).Select(n => (ulong)n), read.Select(e => e.Event.Seq));
        Assert.All(read.Zip(read.Skip(1)), pair => Assert.True(pair.First.Position < pair.Second.Position));
        Assert.Equal(read.Select(e => e.Position).Reverse(), store.ReadBefore(ulong.MaxValue).Select(e => e.Position));
        Assert.All(read, e => Assert.Equal(("s1", 1UL), (e.Event.SensorId, e.Event.Epoch)));
    }

    [Fact]
    public async Task Small_batches_still_fill_blocks_of_32()
    {
        await using var running = new RunningLoop(directory.Open());
        for (var i = 1; i <= 70; i++)
        {
            await running.Submit(Events.Batch((ulong)i, 1));
        }

        Assert.Equal(3, running.Store.Segments.Single().Blocks);
        Assert.Equal(70, running.Store.ReadAfter(0).Count());
    }

    [Fact]
    public async Task A_resent_batch_is_stored_once_even_after_a_restart()
    {
        await using (var running = new RunningLoop(directory.Open()))
        {
            await running.Submit(Events.Batch(1, 10));
        }

        await using (var running = new RunningLoop(directory.Open()))
        {
            var window = await running.Loop.GetWindowAsync("s1", 1, 1, CancellationToken.None);
            Assert.Equal(10UL, window.Acked);
            var result = await running.Submit(Events.Batch(6, 10));
            Assert.Equal((15UL, 5, 5), (result.Acked, result.Stored, result.Duplicates));
            Assert.Equal(15, running.Store.EventCount);
        }
    }

    [Fact]
    public async Task Events_of_other_sensors_and_epochs_with_equal_numbers_are_other_events()
    {
        await using var running = new RunningLoop(directory.Open());
        await running.Submit(Events.Batch(1, 5));
        await running.Submit(Events.Batch(1, 5), sensor: "s2");
        await running.Submit(Events.Batch(1, 5), epoch: 2);
        Assert.Equal(15, running.Store.EventCount);
    }

    [Fact]
    public async Task Segments_that_are_full_are_sealed_and_found_again()
    {
        await using (var running = new RunningLoop(directory.Open(segmentEvents: 64)))
        {
            for (var i = 0; i < 10; i++)
            {
                await running.Submit(Events.Batch((ulong)(i * 30) + 1, 30));
            }
        }

        using var store = directory.Open(segmentEvents: 64);
        Assert.Equal(5, store.Segments.Count);
        Assert.Equal(4, store.Segments.Count(s => s.IsSealed));
        Assert.Equal(Enumerable.Range(1, 300).Select(n => (ulong)n), store.ReadAfter(0).Select(e => e.Event.Seq));
    }

    [Fact]
    public async Task Derived_events_pass_through_all_stages_and_are_stored_in_the_same_batch()
    {
        var stage = new EchoStage();
        await using var running = new RunningLoop(directory.Open(), stage);
        await running.Submit(Events.Batch(1, 3));
        var types = running.Store.ReadAfter(0).Select(e => e.Event.Type).ToList();
        Assert.Equal([EventType.SipAuthFailed, EventType.SipAuthFailed, EventType.SipAuthFailed, EventType.AlertFired, EventType.AlertFired, EventType.AlertFired], types);
        Assert.Equal(6, stage.Seen);
    }

    [Fact]
    public async Task An_event_that_derives_itself_for_ever_is_cut_off()
    {
        await using var running = new RunningLoop(directory.Open(), new LoopingStage());
        await running.Submit(Events.Batch(1, 1));
        Assert.Equal(1 + CommitBatch.MaxDepth, running.Store.EventCount);
        Assert.Equal(1, running.Loop.Counters.DerivedDropped);
    }

    [Fact]
    public async Task A_stage_that_throws_loses_no_event()
    {
        await using var running = new RunningLoop(directory.Open(), new ThrowingStage());
        var result = await running.Submit(Events.Batch(1, 3));
        Assert.Equal(3, result.Stored);
        Assert.Equal(3, running.Store.EventCount);
        Assert.True(running.Loop.Counters.StageFailures >= 3);
    }

    [Fact]
    public async Task A_change_that_throws_leaves_nothing_behind_and_its_exception_reaches_the_caller()
    {
        await using var running = new RunningLoop(directory.Open());
        await running.Loop.RunAsync(c => c.Put(Table.Alerts, "kept"u8, "1"u8), CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.Loop.RunAsync(
            c =>
            {
                c.Put(Table.Alerts, "gone"u8, "1"u8);
                c.Emit(Events.AuthFailed(1));
                throw new InvalidOperationException("refused");
            },
            CancellationToken.None).AsTask());
        Assert.NotNull(running.Store.Get(Table.Alerts, "kept"u8));
        Assert.Null(running.Store.Get(Table.Alerts, "gone"u8));
        Assert.Equal(0, running.Store.EventCount);
    }

    [Fact]
    public async Task Sequences_that_a_sensor_gave_up_are_reported_as_a_gap()
    {
        await using var running = new RunningLoop(directory.Open());
        await running.Submit(Events.Batch(1, 5));
        var window = await running.Loop.GetWindowAsync("s1", 1, 21, CancellationToken.None);
        Assert.Equal(20UL, window.Acked);
        var gap = running.Store.ReadBefore(ulong.MaxValue).First().Event;
        Assert.Equal(EventType.SensorGap, gap.Type);
        Assert.Equal("15", gap.Attributes["lost"]);
    }

    [Fact]
    public async Task An_oversized_event_is_cut_and_marked_and_keeps_its_identity()
    {
        await using var running = new RunningLoop(directory.Open());
        await running.Submit(Events.Batch(1, 1, n =>
        {
            var e = Events.AuthFailed(n);
            e.Raw = Google.Protobuf.ByteString.CopyFrom(new byte[300_000]);
            e.Message = new string('x', 300_000);
            return e;
        }));
        var stored = running.Store.ReadAfter(0).Single().Event;
        Assert.True(stored.CalculateSize() < 256 << 10);
        Assert.Contains(EventSize.Mark, stored.Attributes.Keys);
        Assert.Equal(("s1", 1UL, EventType.SipAuthFailed), (stored.SensorId, stored.Seq, stored.Type));
    }

    [Fact]
    public async Task Impossible_sequence_numbers_are_refused()
    {
        await using var running = new RunningLoop(directory.Open());
        await Assert.ThrowsAsync<ArgumentException>(() => running.Submit(Events.Batch(0, 1)).AsTask());
        var last = new EventBatch { FirstSeq = ulong.MaxValue, Events = { new Event(), new Event() } };
        await Assert.ThrowsAsync<ArgumentException>(() => running.Submit(last).AsTask());
    }

    private sealed class EchoStage : ICommitStage
    {
        public int Seen { get; private set; }

        public void OnEvent(ulong position, Event e, ICommit commit)
        {
            Seen++;
            if (e.Type == EventType.SipAuthFailed)
            {
                commit.Emit(new Event { Type = EventType.AlertFired });
            }
        }

        public void OnBatchEnd(ICommit commit)
        {
        }

        public void OnDurable()
        {
        }
    }

    private sealed class LoopingStage : ICommitStage
    {
        public void OnEvent(ulong position, Event e, ICommit commit) => commit.Emit(new Event { Type = EventType.AlertFired });

        public void OnBatchEnd(ICommit commit)
        {
        }

        public void OnDurable()
        {
        }
    }

    private sealed class ThrowingStage : ICommitStage
    {
        public void OnEvent(ulong position, Event e, ICommit commit) => throw new InvalidOperationException("broken");

        public void OnBatchEnd(ICommit commit) => throw new InvalidOperationException("broken");

        public void OnDurable() => throw new InvalidOperationException("broken");
    }
}
