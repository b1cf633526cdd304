using SensorNet.Collector.Security;

namespace SensorNet.Collector.Ingest;

/// <summary>Lets the security store write through the commit loop.</summary>
internal sealed class CommitRowWriter(CommitLoop loop) : IRowWriter
{
    public ValueTask WriteAsync(Action<ICommit> write) => loop.RunAsync(write, CancellationToken.None);
}
