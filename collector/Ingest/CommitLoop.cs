using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Ingest;

/// <summary>
/// The store's only writer: one thread that gathers submissions into batches, writes each as one synced unit and then
/// answers. All methods are thread-safe; what they return is durable.
/// </summary>
/// <remarks>
/// A batch that was built is written or the process ends: when a write fails, the very same batch is tried again until it
/// succeeds, and new submissions are refused meanwhile. So the stages' memory never runs ahead of the store for longer
/// than the failure, and nothing is applied by halves. After a crash the stages build their memory from the store.
/// </remarks>
internal sealed partial class CommitLoop : IAsyncDisposable
{
    private readonly EventStore store;
    private readonly IReadOnlyList<ICommitStage> stages;
    private readonly CommitOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Channel<Submission> queue;
    private readonly Thread thread;
    private readonly CancellationTokenSource stopping = new();
    private volatile string? unavailable;
    private volatile string? lowSpace;
    private long lastTurn = Stopwatch.GetTimestamp();
    private bool started;
    private int disposed;

    /// <param name="store">The store; the loop does not dispose it.</param>
    /// <param name="stages">What is done with every event, in order.</param>
    /// <param name="options">How to group.</param>
    /// <param name="clock">Gives ingest times.</param>
    /// <param name="logger">Told of failures.</param>
    public CommitLoop(EventStore store, IReadOnlyList<ICommitStage> stages, CommitOptions options, TimeProvider clock, ILogger logger)
    {
        this.store = store;
        this.stages = stages;
        this.options = options;
        this.clock = clock;
        this.logger = logger;
        queue = Channel.CreateBounded<Submission>(new BoundedChannelOptions(options.QueuedSubmissions) { SingleReader = true });
        Tail = new EventTail(store);
        thread = new Thread(Run) { IsBackground = true, Name = "commit" };
    }

    /// <summary>Committed events as they come.</summary>
    public EventTail Tail { get; }

    public CommitCounters Counters { get; } = new();

    /// <summary>How long the loop has been at the turn that it is at; it turns at least every <see cref="CommitOptions.IdleTick"/> when nothing hinders it.</summary>
    public TimeSpan SinceTurn => Stopwatch.GetElapsedTime(Volatile.Read(ref lastTurn));

    /// <summary>Durations of commits.</summary>
    public CommitLatency Latency { get; } = new();

    /// <summary>Why submissions are refused at present; null when they are not.</summary>
    public string? Unavailable => unavailable ?? lowSpace;

    public void Start()
    {
        started = true;
        thread.Start();
    }

    /// <summary>Stores a sensor's batch.</summary>
    /// <exception cref="ArgumentException">The sequence numbers are impossible.</exception>
    /// <exception cref="StoreUnavailableException">Nothing can be stored at present.</exception>
    public ValueTask<SubmitResult> SubmitAsync(string sensorId, ulong epoch, EventBatch batch, CancellationToken cancellation)
    {
        if (batch.FirstSeq == 0 || batch.FirstSeq + (ulong)batch.Events.Count < batch.FirstSeq)
        {
            throw new ArgumentException("A batch's sequence begins at 1 and must not run over.", nameof(batch));
        }

        ThrowIfUnavailable();
        return EnqueueAsync(new BatchSubmission(sensorId, epoch, batch), cancellation);
    }

    /// <summary>What is held of a sensor's epoch. Sequences below <paramref name="firstAvailable"/> that are missing are given up.</summary>
    public ValueTask<SensorWindow> GetWindowAsync(string sensorId, ulong epoch, ulong firstAvailable, CancellationToken cancellation) =>
        EnqueueAsync(new WindowSubmission(sensorId, epoch, firstAvailable), cancellation);

    /// <summary>Stores an event of the collector's own or of an operator's tool; returns its position.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored at present.</exception>
    public ValueTask<ulong> IngestAsync(Event e, CancellationToken cancellation)
    {
        ThrowIfUnavailable();
        return EnqueueAsync(new EventSubmission(e), cancellation);
    }

    /// <summary>
    /// Runs a change on the commit thread and stores what it put. What it throws is thrown here, and nothing of it is stored.
    /// </summary>
    public async ValueTask RunAsync(Action<ICommit> change, CancellationToken cancellation) =>
        await EnqueueAsync(new ChangeSubmission(change), cancellation);

    /// <summary>Stores what was submitted, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        queue.Writer.TryComplete();
        if (started)
        {
            // A write that keeps failing must not keep the process: what it holds was not acknowledged.
            stopping.CancelAfter(TimeSpan.FromSeconds(10));
            await Task.Run(thread.Join);
        }

        Tail.Close();
        stopping.Dispose();
    }

    private void ThrowIfUnavailable()
    {
        if (Unavailable is { } reason)
        {
            throw new StoreUnavailableException(reason);
        }
    }

    private async ValueTask<T> EnqueueAsync<T>(Submission<T> submission, CancellationToken cancellation)
    {
        try
        {
            await queue.Writer.WriteAsync(submission, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new StoreUnavailableException("The collector is stopping.");
        }

        return await submission.Task.WaitAsync(cancellation);
    }
}
