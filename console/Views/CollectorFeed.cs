using SensorNet.Console.Client;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>
/// Keeps the model fed: watches alerts, tails events and asks for the state of things, each in a task of its own that
/// reconnects with growing pauses and resumes where it was. Nothing here touches the model except by posting.
/// </summary>
internal sealed class CollectorFeed : IAsyncDisposable
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly ICollector _collector;
    private readonly ConsoleModel _model;
    private readonly UiQueue _queue;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _tasks = [];
    private CancellationTokenSource _retry = new();
    private CancellationTokenSource _tail = new();
    private string _query = "";
    private ulong _resumeAfter;

    public CollectorFeed(ICollector collector, ConsoleModel model, UiQueue queue, TimeProvider time)
    {
        _collector = collector;
        _model = model;
        _queue = queue;
        _time = time;
    }

    /// <summary>An alert changed while we watched (not one of those that were open before); on the UI thread.</summary>
    public Action<WatchAlertsResponse>? AlertChanged { get; set; }

    public ICollector Collector => _collector;

    public CancellationToken Stopping => _stop.Token;

    public void Start()
    {
        _tasks.Add(Task.Run(PollStatusAsync));
        _tasks.Add(Task.Run(WatchAlertsAsync));
        _tasks.Add(Task.Run(TailEventsAsync));
    }

    /// <summary>Ends the pause before the next attempt; from any thread.</summary>
    public void RetryNow()
    {
        var former = Interlocked.Exchange(ref _retry, new CancellationTokenSource());
        former.Cancel();
    }

    /// <summary>Follows another query from now on; UI thread.</summary>
    public void Follow(string query)
    {
        Volatile.Write(ref _query, query);
        _model.Events.Clear();
        _model.TailComplaint = null;
        Interlocked.Exchange(ref _resumeAfter, 0);
        Interlocked.Exchange(ref _tail, new CancellationTokenSource()).Cancel();
        RetryNow();
    }

    /// <summary>Asks the collector something and hands the answer, or the failure, to the UI thread.</summary>
    public void Ask<T>(Func<ICollector, CancellationToken, Task<T>> question, Action<T> answered, Action<CollectorException>? failed = null)
    {
        _ = Task.Run(async () =>
        {
            try
            {
                var answer = await question(_collector, _stop.Token);
                _queue.Post(() => answered(answer));
            }
            catch (CollectorException e)
            {
                _queue.Post(() => failed?.Invoke(e));
            }
            catch (OperationCanceledException)
            {
                // The console is closing.
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _tail.CancelAsync();
        try
        {
            await Task.WhenAll(_tasks).WaitAsync(TimeSpan.FromSeconds(2));
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            // A call that does not notice in time ends with the process.
        }

        await _collector.DisposeAsync();
    }

    private async Task PollStatusAsync()
    {
        var failures = 0;
        var since = _time.GetUtcNow();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var status = await _collector.GetStatusAsync(_stop.Token);
                var me = await _collector.WhoAmIAsync(_stop.Token);
                var now = _time.GetUtcNow();
                var recovered = failures > 0;
                if (recovered || _model.Link.Since == default)
                {
                    since = now;
                }

                failures = 0;
                if (recovered)
                {
                    // The streams need not sit out their own pauses now that the collector answers.
                    RetryNow();
                }

                var link = new LinkState(true, since, null, default, 0, false);
                _queue.Post(() =>
                {
                    _model.Status = status;
                    _model.Me = me;
                    _model.Link = link;
                    _model.DataAsOf = now;
                    _model.EventRate.Add(status.EventsPerS);
                });
                await PauseAsync(StatusEvery);
            }
            catch (CollectorException e)
            {
                var now = _time.GetUtcNow();
                since = failures == 0 ? now : since;
                failures++;
                var pause = Pause(failures);
                var link = new LinkState(false, since, e.Message, now + pause, failures, !e.IsTransient);
                _queue.Post(() => _model.Link = link);
                await PauseAsync(pause);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task WatchAlertsAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await LoadAlertsAsync();
                var caughtUp = false;
                await foreach (var change in _collector.WatchAlertsAsync(new WatchAlertsRequest { IncludeOpen = true }, _stop.Token))
                {
                    failures = 0;
                    caughtUp |= change.CaughtUp;
                    var isNews = caughtUp;
                    if (change.Alert is not null)
                    {
                        _queue.Post(() =>
                        {
                            _model.Put(change.Alert);
                            if (isNews)
                            {
                                AlertChanged?.Invoke(change);
                            }
                        });
                    }
                }

                failures++;
            }
            catch (CollectorException)
            {
                failures++;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await PauseAsync(Pause(failures));
        }
    }

    /// <summary>The alerts of before, closed ones as well; the watch itself only begins with the open ones.</summary>
    private async Task LoadAlertsAsync()
    {
        var batch = new List<Alert>();
        await foreach (var alert in _collector.ListAlertsAsync(new ListAlertsRequest { Limit = 2000 }, _stop.Token))
        {
            batch.Add(alert);
        }

        _queue.Post(() => batch.ForEach(_model.Put));
    }

    private async Task TailEventsAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            var query = Volatile.Read(ref _query);
            var changed = _tail;
            try
            {
                using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, changed.Token);
                if (Interlocked.Read(ref _resumeAfter) == 0)
                {
                    await LoadRecentAsync(query, changed, both.Token);
                }

                var request = new TailEventsRequest { Query = query, AfterPosition = Interlocked.Read(ref _resumeAfter) };
                await foreach (var batch in _collector.TailEventsAsync(request, both.Token))
                {
                    failures = 0;
                    Take(batch.Events, batch.Skipped, changed);
                }

                failures++;
            }
            catch (CollectorException e)
            {
                failures++;
                _queue.Post(() => _model.TailComplaint = e.IsTransient ? null : e.Message);
            }
            catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
            {
                // Another query is followed from now on.
                failures = 0;
                continue;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await PauseAsync(Pause(failures));
        }
    }

    /// <summary>So that a tail does not begin with an empty screen.</summary>
    private async Task LoadRecentAsync(string query, CancellationTokenSource generation, CancellationToken cancellation)
    {
        const uint atFirst = 500;
        var recent = new List<StoredEvent>();
        await foreach (var page in _collector.QueryEventsAsync(new QueryEventsRequest { Query = query, Limit = atFirst }, cancellation))
        {
            recent.AddRange(page.Events);
        }

        recent.Sort((a, b) => a.Position.CompareTo(b.Position));
        Take(recent, 0, generation);
    }

    private void Take(IList<StoredEvent> events, ulong skipped, CancellationTokenSource generation)
    {
        // Posted work of a former query must not land in the new one's ring.
        if (events.Count > 0 && !generation.IsCancellationRequested)
        {
            Interlocked.Exchange(ref _resumeAfter, events[^1].Position);
        }

        _queue.Post(() =>
        {
            if (generation.IsCancellationRequested)
            {
                return;
            }

            _model.TailComplaint = null;
            _model.TailSkipped += skipped;
            foreach (var stored in events)
            {
                _model.Events.Add(stored);
            }
        });
    }

    private static TimeSpan Pause(int failures) =>
        failures == 0 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(1.6, Math.Min(failures, 10) - 1)));

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, Volatile.Read(ref _retry).Token);
            await Task.Delay(pause, _time, both.Token);
        }
        catch (OperationCanceledException)
        {
            // Closing, or the operator does not want to wait.
        }
    }
}
