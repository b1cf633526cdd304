using SensorNet.V1;

namespace SensorNet.Collector.Storage;

/// <summary>Reading the store: rows of the object tables, and events in order of arrival. Thread-safe.</summary>
internal interface IStoreReader
{
    /// <summary>The row's value, or null.</summary>
    byte[]? Get(Table table, ReadOnlySpan<byte> key);

    /// <summary>Rows whose keys begin with the prefix, in key order (reversed: last first), from one snapshot.</summary>
    IEnumerable<KeyValuePair<byte[], byte[]>> Scan(Table table, ReadOnlyMemory<byte> prefix, bool reversed = false);

    /// <summary>Committed events with a position above <paramref name="position"/>, oldest first.</summary>
    IEnumerable<StoredEvent> ReadAfter(ulong position);

    /// <summary>Committed events, newest first, beginning below <paramref name="position"/>.</summary>
    IEnumerable<StoredEvent> ReadBefore(ulong position);
}
