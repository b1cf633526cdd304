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
    private readonly List<StoredEvent> _day = [];
    private readonly Dictionary<string, byte[]> _alerts = new(StringComparer.Ordinal);
    private ulong _position;

    public long IngestTime { get; private set; }

    public long Emitted { get; private set; }

    public long Rows { get; private set; }

    public void Feed(DetectionPipeline detection, IReadOnlyList<Event> events, int batch)
    {
        ICommitStage[] stages = [detection.Enrichment, .. detection.Last];
        _day.Clear();
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

    public IEnumerable<StoredEvent> ReadAfter(ulong position)
    {
        for (var i = _day.Count == 0 || position < _day[0].Position ? 0 : (int)(position - _day[0].Position) + 1; i < _day.Count; i++)
        {
            yield return _day[i];
        }
    }

    public IEnumerable<StoredEvent> ReadBefore(ulong position) => Enumerable.Reverse(_day).Where(e => e.Position < position);

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
        _day.Add(new StoredEvent { Position = _position, Event = e });
        foreach (var stage in stages)
        {
            stage.OnEvent(_position, e, this);
        }
    }
}
