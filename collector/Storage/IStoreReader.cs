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
    /// <param name="position">The last position that is not wanted.</param>
    /// <param name="wanted">Which to decode, by position and type; null for all. The others are passed over at a fraction of the cost.</param>
    IEnumerable<StoredEvent> ReadAfter(ulong position, Func<ulong, EventType, bool>? wanted = null);

    /// <summary>Committed events, newest first, beginning below <paramref name="position"/>.</summary>
    IEnumerable<StoredEvent> ReadBefore(ulong position);
}
