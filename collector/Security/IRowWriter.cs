using SensorNet.Collector.Ingest;

namespace SensorNet.Collector.Security;

/// <summary>Writes object rows through the collector's one writer.</summary>
internal interface IRowWriter
{
    /// <summary>Runs the action on the commit thread; ends when what it wrote is durable.</summary>
    ValueTask WriteAsync(Action<ICommit> write);
}
