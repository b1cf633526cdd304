using SensorNet.Collector.Tests.Storage;

namespace SensorNet.Collector.Tests.Ingest;

public sealed class EventTailTests : IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Continues_from_a_position_without_a_gap_while_events_keep_coming()
    {
        await using var running = new RunningLoop(directory.Open(segmentEvents: 320));
        await running.Submit(Events.Batch(1, 3000));
        var from = running.Store.ReadAfter(0).Skip(9).First();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await running.Submit(Events.Batch(3001 + ((ulong)i * 10), 10));
            }
        });

        var seen = new List<ulong>();
        await foreach (var item in running.Loop.Tail.SubscribeAsync(from.Position, null, deadline.Token))
        {
            Assert.Equal(0, item.Skipped);
            seen.AddRange(item.Events.Select(e => e.Event.Seq));
            if (seen.Count == 3990)
            {
                break;
            }
        }

        await writing;
        Assert.Equal(Enumerable.Range(11, 3990).Select(n => (ulong)n), seen);
    }

    [Fact]
    public async Task From_now_on_delivers_only_what_comes_and_counts_what_does_not_match()
    {
        await using var running = new RunningLoop(directory.Open());
        await running.Submit(Events.Batch(1, 10));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var tail = running.Loop.Tail.SubscribeAsync(0, e => e.Seq % 2 == 0, deadline.Token).GetAsyncEnumerator(deadline.Token);
        var next = tail.MoveNextAsync();
        await running.Submit(Events.Batch(11, 10));
        Assert.True(await next);
        Assert.Equal([12UL, 14, 16, 18, 20], tail.Current.Events.Select(e => e.Event.Seq));
        Assert.Equal(5, tail.Current.Filtered);
    }

    [Fact]
    public async Task A_reader_that_sleeps_is_told_how_many_it_missed()
    {
        await using var running = new RunningLoop(directory.Open());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var tail = running.Loop.Tail.SubscribeAsync(0, null, deadline.Token).GetAsyncEnumerator(deadline.Token);
        var next = tail.MoveNextAsync();
        for (var i = 1; i <= 200; i++)
        {
            await running.Submit(Events.Batch((ulong)i, 1));
        }

        long seen = 0, skipped = 0;
        Assert.True(await next);
        do
        {
            seen += tail.Current.Events.Count;
            skipped += tail.Current.Skipped;
        }
        while (seen + skipped < 200 && await tail.MoveNextAsync());

        Assert.Equal(200, seen + skipped);
        Assert.True(skipped > 0);
    }
}
