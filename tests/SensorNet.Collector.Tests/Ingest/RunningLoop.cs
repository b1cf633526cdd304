using Microsoft.Extensions.Logging.Abstractions;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Ingest;

/// <summary>A commit loop over an opened store; disposes both.</summary>
internal sealed class RunningLoop : IAsyncDisposable
{
    public RunningLoop(EventStore store, params ICommitStage[] stages)
        : this(store, new CommitOptions { Linger = TimeSpan.Zero }, stages)
    {
    }

    public RunningLoop(EventStore store, TimeProvider clock)
        : this(store, new CommitOptions { Linger = TimeSpan.Zero }, clock, [])
    {
    }

    public RunningLoop(EventStore store, CommitOptions options, params ICommitStage[] stages)
        : this(store, options, TimeProvider.System, stages)
    {
    }

    public RunningLoop(EventStore store, CommitOptions options, TimeProvider clock, ICommitStage[] stages)
    {
        Store = store;
        Loop = new CommitLoop(store, stages, options, clock, NullLogger.Instance);
        Loop.Start();
    }

    public EventStore Store { get; }

    public CommitLoop Loop { get; }

    public ValueTask<SubmitResult> Submit(EventBatch batch, string sensor = "s1", ulong epoch = 1) =>
        Loop.SubmitAsync(sensor, epoch, batch, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Loop.DisposeAsync();
        Store.Dispose();
    }
}
