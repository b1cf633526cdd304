using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Ingest;

/// <summary>
/// Hands committed events to whoever watches. Each subscriber has a bounded queue of commits; when it is full, commits
/// are left out for that subscriber and counted. Thread-safe; publishing never waits.
/// </summary>
internal sealed class EventTail
{
    private const int QueuedCommits = 64;
    private const int CatchUpChunk = 256;

    // Nearer to the head than this, a subscriber that catches up goes live.
    private const int NearEvents = 2048;

    private readonly EventStore store;
    private readonly Lock gate = new();
    private Subscriber[] subscribers = [];
    private bool closed;

    internal EventTail(EventStore store) => this.store = store;

    /// <summary>
    /// Events from after a position on (0: from now on), without a gap and in order: first what is stored, then what comes.
    /// Events are shared with other readers and must not be changed. Ends when the collector stops.
    /// </summary>
    /// <param name="after">The last position that the reader has.</param>
    /// <param name="match">What it wants; null for everything. Runs on the reader's thread.</param>
    /// <param name="cancellation">Ends the subscription.</param>
    public async IAsyncEnumerable<TailItem> SubscribeAsync(ulong after, Func<Event, bool>? match, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = after;
        if (after != 0)
        {
            // The bulk is read before subscribing, so that a long way behind is not a full queue.
            for (ulong before = 0; before != last && CountBehind(last) > NearEvents;)
            {
                before = last;
                foreach (var item in ReadStored(last, CatchUpChunk * 16, match))
                {
                    last = item.Last;
                    yield return item.Item;
                    cancellation.ThrowIfCancellationRequested();
                }
            }
        }

        var subscriber = new Subscriber();
        last = Add(subscriber, last);
        try
        {
            foreach (var item in ReadStored(last, int.MaxValue, match))
            {
                last = item.Last;
                yield return item.Item;
                cancellation.ThrowIfCancellationRequested();
            }

            await foreach (var commit in subscriber.Queue.Reader.ReadAllAsync(cancellation))
            {
                var matched = new List<StoredEvent>();
                long filtered = 0;
                foreach (var stored in commit)
                {
                    if (stored.Position <= last)
                    {
                        continue;
                    }

                    last = stored.Position;
                    if (match is null || match(stored.Event))
                    {
                        matched.Add(stored);
                    }
                    else
                    {
                        filtered++;
                    }
                }

                yield return new TailItem(matched, filtered, subscriber.TakeSkipped());
            }
        }
        finally
        {
            Remove(subscriber);
        }
    }

    /// <summary>A batch is durable. Commit thread.</summary>
    internal void Publish(IReadOnlyList<StoredEvent> events)
    {
        var current = Volatile.Read(ref subscribers);
        if (current.Length == 0 || events.Count == 0)
        {
            return;
        }

        StoredEvent[] copy = [.. events];
        foreach (var subscriber in current)
        {
            subscriber.Offer(copy);
        }
    }

    internal void Close()
    {
        lock (gate)
        {
            closed = true;
            foreach (var subscriber in subscribers)
            {
                subscriber.Queue.Writer.TryComplete();
            }
        }
    }

    private ulong Add(Subscriber subscriber, ulong last)
    {
        lock (gate)
        {
            if (closed)
            {
                subscriber.Queue.Writer.TryComplete();
            }

            subscribers = [.. subscribers, subscriber];
        }

        // Read after being listed: a commit published in between is both stored and queued, and delivered once.
        return last == 0 ? store.LastPosition : last;
    }

    private void Remove(Subscriber subscriber)
    {
        lock (gate)
        {
            subscribers = [.. subscribers.Where(s => s != subscriber)];
        }
    }

    private long CountBehind(ulong position)
    {
        long behind = 0;
        foreach (var segment in store.Segments)
        {
            var rows = segment.Rows;
            if (segment.Number == StoreKeys.SegmentOf(position))
            {
                behind += Math.Max(0, rows - StoreKeys.RowOf(position) - 1);
            }
            else if (segment.Number > StoreKeys.SegmentOf(position))
            {
                behind += rows;
            }
        }

        return behind;
    }

    private IEnumerable<(TailItem Item, ulong Last)> ReadStored(ulong after, int atMost, Func<Event, bool>? match)
    {
        var matched = new List<StoredEvent>();
        long filtered = 0;
        ulong last = 0;
        foreach (var stored in store.ReadAfter(after).Take(atMost))
        {
            last = stored.Position;
            if (match is null || match(stored.Event))
            {
                matched.Add(stored);
            }
            else
            {
                filtered++;
            }

            if (matched.Count == CatchUpChunk || filtered >= CatchUpChunk * 16)
            {
                yield return (new TailItem(matched, filtered, 0), last);
                matched = [];
                filtered = 0;
            }
        }

        if (matched.Count > 0 || filtered > 0)
        {
            yield return (new TailItem(matched, filtered, 0), last);
        }
    }

    private sealed class Subscriber
    {
        private long skipped;

        public Channel<StoredEvent[]> Queue { get; } = Channel.CreateBounded<StoredEvent[]>(new BoundedChannelOptions(QueuedCommits) { SingleReader = true, SingleWriter = true });

        public void Offer(StoredEvent[] commit)
        {
            if (!Queue.Writer.TryWrite(commit))
            {
                Interlocked.Add(ref skipped, commit.Length);
            }
        }

        public long TakeSkipped() => Interlocked.Exchange(ref skipped, 0);
    }
}
