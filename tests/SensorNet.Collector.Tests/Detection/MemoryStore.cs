using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>A store and commit loop in memory: positions, batches of any size, rows that become visible when a batch is durable.</summary>
internal sealed class MemoryStore : IStoreReader, ICommit
{
    private readonly Dictionary<Table, SortedDictionary<string, (byte[] Key, byte[] Value)>> _tables = [];
    private readonly List<StoredEvent> _events = [];
    private readonly Queue<Event> _derived = new();

    public long IngestTime { get; set; } = 1_800_000_000L * 1_000_000_000;

    public bool IsLast => false;

    public IReadOnlyList<StoredEvent> Events => _events;

    /// <summary>Commits the events as one batch.</summary>
    public void Commit(IReadOnlyList<ICommitStage> stages, params IEnumerable<Event> events)
    {
        foreach (var e in events)
        {
            Store(stages, e);
        }

        Finish(stages);
    }

    /// <summary>Runs a change on the "commit thread" and finishes the batch.</summary>
    public T Change<T>(IReadOnlyList<ICommitStage> stages, Func<ICommit, T> change)
    {
        var result = change(this);
        Finish(stages);
        return result;
    }

    public void Put(Table table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Rows(table)[Convert.ToHexString(key)] = (key.ToArray(), value.ToArray());

    public void Delete(Table table, ReadOnlySpan<byte> key) => Rows(table).Remove(Convert.ToHexString(key));

    public void Emit(Event derived) => _derived.Enqueue(derived);

    public byte[]? Get(Table table, ReadOnlySpan<byte> key) =>
        Rows(table).TryGetValue(Convert.ToHexString(key), out var row) ? row.Value : null;

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(Table table, ReadOnlyMemory<byte> prefix, bool reversed = false)
    {
        var wanted = Convert.ToHexString(prefix.Span);
        var rows = Rows(table).Where(r => r.Key.StartsWith(wanted, StringComparison.Ordinal)).Select(r => KeyValuePair.Create(r.Value.Key, r.Value.Value)).ToList();
        return reversed ? Enumerable.Reverse(rows) : rows;
    }

    public IEnumerable<StoredEvent> ReadAfter(ulong position, Func<ulong, EventType, bool>? wanted = null) =>
        _events.Where(e => e.Position > position && (wanted is null || wanted(e.Position, e.Event.Type)));

    public IEnumerable<StoredEvent> ReadBefore(ulong position) => Enumerable.Reverse(_events).Where(e => e.Position < position);

    private void Store(IReadOnlyList<ICommitStage> stages, Event e)
    {
        e.IngestTime = IngestTime;
        var position = (ulong)_events.Count + 1;
        foreach (var stage in stages)
        {
            stage.OnEvent(position, e, this);
        }

        _events.Add(new StoredEvent { Position = position, Event = e });
    }

    private void Finish(IReadOnlyList<ICommitStage> stages)
    {
        Derived(stages);
        foreach (var stage in stages)
        {
            stage.OnBatchEnd(this);
        }

        Derived(stages);
        foreach (var stage in stages)
        {
            stage.OnDurable();
        }
    }

    private void Derived(IReadOnlyList<ICommitStage> stages)
    {
        while (_derived.TryDequeue(out var e))
        {
            Store(stages, e);
        }
    }

    private SortedDictionary<string, (byte[] Key, byte[] Value)> Rows(Table table)
    {
        if (!_tables.TryGetValue(table, out var rows))
        {
            _tables[table] = rows = new SortedDictionary<string, (byte[] Key, byte[] Value)>(StringComparer.Ordinal);
        }

        return rows;
    }
}
