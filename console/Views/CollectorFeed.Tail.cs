using Google.Protobuf;
using SensorNet.Console.Client;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>The live tail: what was last, then what comes, of one query until another is followed.</summary>
internal sealed partial class CollectorFeed
{
    private async Task TailEventsAsync(Connection connection)
    {
        var failures = 0;
        while (!connection.Stop.IsCancellationRequested)
        {
            var query = Volatile.Read(ref _query);
            var changed = _tail;
            try
            {
                using var both = CancellationTokenSource.CreateLinkedTokenSource(connection.Stop.Token, changed.Token);
                if (Interlocked.Read(ref _resumeAfter) == 0)
                {
                    await LoadRecentAsync(connection, query, changed, both.Token);
                }

                var request = new TailEventsRequest { Query = query, AfterPosition = Interlocked.Read(ref _resumeAfter) };
                await foreach (var batch in connection.Collector.TailEventsAsync(request, both.Token))
                {
                    // Also a batch of which the query left nothing: something was stored.
                    failures = 0;
                    NoteNews();
                    Take(connection, batch.Events, connection.Collector.Open, batch.Skipped, changed);
                }

                failures++;
            }
            catch (CollectorException e)
            {
                NoteLost(failures++);
                Post(connection, () => _model.TailComplaint = e.IsTransient ? null : e.Message);
            }
            catch (OperationCanceledException) when (!connection.Stop.IsCancellationRequested)
            {
                // Another query is followed from now on.
                failures = 0;
                continue;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await PauseAsync(connection, Pause(failures));
        }
    }

    /// <summary>So that a tail does not begin with an empty screen.</summary>
    private async Task LoadRecentAsync(Connection connection, string query, CancellationTokenSource generation, CancellationToken cancellation)
    {
        const uint atFirst = 500;
        var recent = new List<StoredEvent>();
        await foreach (var page in connection.Collector.QueryEventsAsync(new QueryEventsRequest { Query = query, Limit = atFirst }, cancellation))
        {
            recent.AddRange(page.Events);
        }

        recent.Sort((a, b) => a.Position.CompareTo(b.Position));

        // Opened already, when they came.
        Take(connection, [.. recent.Select(stored => stored.ToByteString())], StoredEvent.Parser.ParseFrom, 0, generation);
    }

    private void Take(Connection connection, IReadOnlyList<ByteString> events, Func<ByteString, StoredEvent> open, ulong skipped, CancellationTokenSource generation)
    {
        // Posted work of a former query must not land in the new one's ring.
        if (events.Count > 0 && !generation.IsCancellationRequested)
        {
            Interlocked.Exchange(ref _resumeAfter, StoredEvent.Parser.ParseFrom(events[^1]).Position);
        }

        Post(connection, () =>
        {
            if (generation.IsCancellationRequested)
            {
                return;
            }

            _model.News++;
            _model.TailComplaint = null;
            _model.TailSkipped += skipped;
            foreach (var octets in events)
            {
                _model.Events.Add(octets, open);
            }
        });
    }
}
