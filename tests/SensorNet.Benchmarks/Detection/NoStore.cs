using System.Text;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Detection;

/// <summary>
/// Commits without a store: rows but alerts are counted and forgotten, the events of the last day fed are kept; derived
/// events go through the stages as they do in the collector.
/// </summary>
internal sealed class NoStore : IStoreReader, ICommit
{
    private readonly Queue<Event> _derived = new();
    private readonly List<Event> _day = [];
    private ulong _before;
    private readonly Dictionary<string, byte[]> _alerts = new(StringComparer.Ordinal);
    private ulong _position;

    public long IngestTime { get; private set; }

    public bool IsLast => false;

    public long Emitted { get; private set; }

    public long Rows { get; private set; }

    public void Feed(DetectionPipeline detection, IReadOnlyList<Event> events, int batch)
    {
        ICommitStage[] stages = [detection.Enrichment, .. detection.Last];
        _day.Clear();
        _before = _position;
        for (var start = 0; start < events.Count; start += batch)
        {
            var end = Math.Min(start + batch, events.Count);
            IngestTime = events[end - 1].EventTime;
            for (var i = start; i < end; i++)
            {
                Through(stages, events[i]);
            }

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
    }

    public byte[]? Get(Table table, ReadOnlySpan<byte> key) => null;

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(Table table, ReadOnlyMemory<byte> prefix, bool reversed = false) =>
        table == Table.Alerts ? _alerts.Select(a => KeyValuePair.Create(Encoding.UTF8.GetBytes(a.Key), a.Value)) : [];

    public IEnumerable<StoredEvent> ReadAfter(ulong position, Func<ulong, EventType, bool>? wanted = null)
    {
        for (var i = position <= _before ? 0 : (int)(position - _before); i < _day.Count; i++)
        {
            yield return new StoredEvent { Position = _before + (ulong)i + 1, Event = _day[i] };
        }
    }

    public IEnumerable<StoredEvent> ReadBefore(ulong position) => ReadAfter(_before).Reverse().Where(e => e.Position < position);

    public void Put(Table table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Rows++;
        if (table == Table.Alerts)
        {
            _alerts[Encoding.UTF8.GetString(key)] = value.ToArray();
        }
    }

    public void Delete(Table table, ReadOnlySpan<byte> key)
    {
    }

    public void Emit(Event derived)
    {
        Emitted++;
        _derived.Enqueue(derived);
    }

    private void Derived(ICommitStage[] stages)
    {
        while (_derived.TryDequeue(out var e))
        {
            Through(stages, e);
        }
    }

    private void Through(ICommitStage[] stages, Event e)
    {
        _position++;
        e.IngestTime = IngestTime;
        _day.Add(e);
        foreach (var stage in stages)
        {
            stage.OnEvent(_position, e, this);
        }
    }
}
