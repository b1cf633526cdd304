using System.Threading.Channels;
using SensorNet.Console.Client;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>
/// Keeps the model fed: watches alerts, tails events and asks for the state of things, each in a task of its own that
/// reconnects with growing pauses and resumes where it was. Nothing here touches the model except by posting.
/// </summary>
internal sealed partial class CollectorFeed : IAsyncDisposable
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(2);

    // While no event comes: that one came, and that a collector goes away, is noticed by the streams.
    private static readonly TimeSpan StatusWhenQuiet = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RoleEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly ConsoleModel _model;
    private readonly UiQueue _queue;
    private readonly TimeProvider _time;
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Connection? _connection;
    private CancellationTokenSource _retry = new();
    private CancellationTokenSource _tail = new();
    private string _query = RoutineEvents.Without;
    private ulong _resumeAfter;

    /// <param name="address">Where the collector is that <see cref="Start"/> will be given.</param>
    public CollectorFeed(string address, ConsoleModel model, UiQueue queue, TimeProvider time)
    {
        Address = address;
        _model = model;
        _queue = queue;
        _time = time;
    }

    /// <summary>An alert changed while we watched (not one of those that were open before); on the UI thread.</summary>
    public Action<WatchAlertsResponse>? AlertChanged { get; set; }

    /// <summary>Where the collector is, as the operator wrote it.</summary>
    public string Address { get; private set; }

    /// <inheritdoc cref="ICollector.StoredAs"/>
    public string StoredAs(string clear) => Volatile.Read(ref _connection)?.Collector.StoredAs(clear) ?? clear;

    /// <summary>Begins to read; from any thread, once.</summary>
    public void Start(ICollector collector)
    {
        var connection = new Connection(collector);
        connection.Tasks.Add(Task.Run(() => PollStatusAsync(connection)));
        connection.Tasks.Add(Task.Run(() => WatchAlertsAsync(connection)));
        connection.Tasks.Add(Task.Run(() => TailEventsAsync(connection)));
        Volatile.Write(ref _connection, connection);
    }

    /// <summary>Leaves this collector for another; what was known of it is forgotten. UI thread.</summary>
    public void ChangeTo(ICollector collector)
    {
        var former = _connection;
        _model.Clear();
        Interlocked.Exchange(ref _resumeAfter, 0);
        Address = collector.Address;
        Start(collector);
        _ = Task.Run(() => former?.DisposeAsync().AsTask());
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
        if (Volatile.Read(ref _connection) is not { } connection)
        {
            // Before there is a connection nothing can be asked; views ask again once the link is up.
            return;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                var answer = await question(connection.Collector, connection.Stop.Token);
                Post(connection, () => answered(answer));
            }
            catch (CollectorException e)
            {
                Post(connection, () => failed?.Invoke(e));
            }
            catch (OperationCanceledException)
            {
                // The console is closing, or asks another collector by now.
            }
        });
    }

    /// <summary>Asks the collector something that it answers bit by bit, and hands each to the UI thread.</summary>
    public void Read<T>(Func<ICollector, CancellationToken, IAsyncEnumerable<T>> question, Action<T> arrived, Action<CollectorException> failed)
    {
        if (Volatile.Read(ref _connection) is not { } connection)
        {
            return;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                await foreach (var part in question(connection.Collector, connection.Stop.Token))
                {
                    Post(connection, () => arrived(part));
                }
            }
            catch (CollectorException e)
            {
                Post(connection, () => failed(e));
            }
            catch (OperationCanceledException)
            {
                // The console is closing.
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _tail.CancelAsync();
        if (_connection is { } connection)
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>What a connection that was left still brings is nobody's.</summary>
    private void Post(Connection connection, Action action) => _queue.Post(() =>
    {
        if (!connection.Stop.IsCancellationRequested)
        {
            action();
        }
    });

    private async Task PollStatusAsync(Connection connection)
    {
        var failures = 0;
        var since = _time.GetUtcNow();
        var memory = new MemoryTrim(worthIt: 4 << 20, quiet: 1 << 20);
        WhoAmIResponse? me = null;
        var askRoleAt = since;
        var eventsBefore = 0UL;
        while (!connection.Stop.IsCancellationRequested)
        {
            try
            {
                _news.Reader.TryRead(out _);
                var status = await connection.Collector.GetStatusAsync(connection.Stop.Token);
                var now = _time.GetUtcNow();
                var recovered = failures > 0;
                if (me is null || recovered || now >= askRoleAt)
                {
                    me = await connection.Collector.WhoAmIAsync(connection.Stop.Token);
                    askRoleAt = now + RoleEvery;
                }

                var who = me;
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
                Post(connection, () =>
                {
                    _model.Status = status;
                    _model.Me = who;
                    _model.Link = link;
                    _model.DataAsOf = now;
                    _model.EventRate.Add(status.EventsPerS);
                });
                memory.Look();
                await PauseAsync(connection, StatusEvery);
                if (status.Events == eventsBefore)
                {
                    await AwaitNewsAsync(connection, StatusWhenQuiet - StatusEvery);
                }

                eventsBefore = status.Events;
            }
            catch (CollectorException e)
            {
                var now = _time.GetUtcNow();
                since = failures == 0 ? now : since;
                failures++;
                var pause = Pause(failures);
                var link = new LinkState(false, since, e.Message, now + pause, failures, !e.IsTransient, e.Failure);
                Post(connection, () => _model.Link = link);
                await PauseAsync(connection, pause);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task WatchAlertsAsync(Connection connection)
    {
        var failures = 0;
        while (!connection.Stop.IsCancellationRequested)
        {
            try
            {
                await LoadAlertsAsync(connection);
                var caughtUp = false;
                await foreach (var change in connection.Collector.WatchAlertsAsync(new WatchAlertsRequest { IncludeOpen = true }, connection.Stop.Token))
                {
                    failures = 0;
                    if (change.CaughtUp && !caughtUp)
                    {
                        caughtUp = true;
                        Post(connection, () => _model.AlertsAreComplete = true);
                    }

                    var isNews = caughtUp;
                    if (change.Alert is not null)
                    {
                        NoteNews();
                        Post(connection, () =>
                        {
                            _model.News++;
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
                NoteLost(failures++);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await PauseAsync(connection, Pause(failures));
        }
    }

    /// <summary>The alerts of before, closed ones as well; the watch itself only begins with the open ones.</summary>
    private async Task LoadAlertsAsync(Connection connection)
    {
        var batch = new List<Alert>();
        await foreach (var alert in connection.Collector.ListAlertsAsync(new ListAlertsRequest { Limit = 2000 }, connection.Stop.Token))
        {
            batch.Add(alert);
        }

        Post(connection, () => batch.ForEach(_model.Put));
    }

    /// <summary>A stream that breaks is the first to know: the state is asked for at once.</summary>
    private void NoteLost(int failuresBefore)
    {
        if (failuresBefore == 0)
        {
            RetryNow();
        }
    }

    private static TimeSpan Pause(int failures) =>
        failures == 0 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(1.6, Math.Min(failures, 10) - 1)));

    private void NoteNews() => _news.Writer.TryWrite(true);

    /// <summary>Waits until a stream brings something, at most so long.</summary>
    private async Task AwaitNewsAsync(Connection connection, TimeSpan atMost)
    {
        using var timeout = new CancellationTokenSource(atMost, _time);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(connection.Stop.Token, Volatile.Read(ref _retry).Token, timeout.Token);
        try
        {
            await _news.Reader.ReadAsync(all.Token);
        }
        catch (OperationCanceledException)
        {
            // Nothing came, or nobody wants to wait for it.
        }
    }

    private async Task PauseAsync(Connection connection, TimeSpan pause)
    {
        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(connection.Stop.Token, Volatile.Read(ref _retry).Token);
            await Task.Delay(pause, _time, both.Token);
        }
        catch (OperationCanceledException)
        {
            // Closing, or the operator does not want to wait.
        }
    }

    /// <summary>One collector and what reads from it.</summary>
    private sealed class Connection(ICollector collector) : IAsyncDisposable
    {
        public ICollector Collector => collector;

        public CancellationTokenSource Stop { get; } = new();

        public List<Task> Tasks { get; } = [];

        public async ValueTask DisposeAsync()
        {
            await Stop.CancelAsync();
            try
            {
                await Task.WhenAll(Tasks).WaitAsync(TimeSpan.FromSeconds(2));
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException)
            {
                // A call that does not notice in time ends with the process.
            }

            await collector.DisposeAsync();
        }
    }
}
