using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

/// <summary>The object tables in memory, with the order and the single writer that the real store has.</summary>
internal sealed class MemoryStore : IStoreReader, IRowWriter, ICommit
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(Table, string), (byte[] Key, byte[] Value)> _rows = [];

    public List<Event> Emitted { get; } = [];

    public long IngestTime => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;

    public bool IsLast => false;

    public ValueTask WriteAsync(Action<ICommit> write)
    {
        lock (_gate)
        {
            write(this);
        }

        return ValueTask.CompletedTask;
    }

    public void Put(Table table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        _rows[(table, Convert.ToHexString(key))] = (key.ToArray(), value.ToArray());

    public void Delete(Table table, ReadOnlySpan<byte> key) => _rows.Remove((table, Convert.ToHexString(key)));

    public void Emit(Event derived) => Emitted.Add(derived);

    public byte[]? Get(Table table, ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            return _rows.TryGetValue((table, Convert.ToHexString(key)), out var row) ? row.Value : null;
        }
    }

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(Table table, ReadOnlyMemory<byte> prefix, bool reversed = false)
    {
        lock (_gate)
        {
            var wanted = Convert.ToHexString(prefix.Span);
            var found = _rows
                .Where(row => row.Key.Item1 == table && row.Key.Item2.StartsWith(wanted, StringComparison.Ordinal))
                .Select(row => KeyValuePair.Create(row.Value.Key, row.Value.Value))
                .ToList();
            if (reversed)
            {
                found.Reverse();
            }

            return found;
        }
    }

    public IEnumerable<StoredEvent> ReadAfter(ulong position, Func<ulong, EventType, bool>? wanted = null) => [];

    public IEnumerable<StoredEvent> ReadBefore(ulong position) => [];
}
