using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Ingest;

/// <summary>The write batch under construction. Used on the commit thread only.</summary>
internal interface ICommit
{
    /// <summary>Collector's clock, nanoseconds since 1970 UTC, one value for the batch.</summary>
    long IngestTime { get; }

    /// <summary>No batch follows before the collector ends: what stages hold back is stored now.</summary>
    bool IsLast { get; }

    /// <summary>Stores a row. The partition prefix is added by the store.</summary>
    void Put(Table table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    void Delete(Table table, ReadOnlySpan<byte> key);

    /// <summary>
    /// Adds an event that was derived from others (an alert that fired, a call gauge, a silent sensor): it is stored
    /// in this batch and goes through all stages after the batch's own events.
    /// </summary>
    void Emit(Event derived);
}
