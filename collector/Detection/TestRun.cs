using SensorNet.Collector.Alerts;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>An engine of its own with a few rules; what it would store is kept here and goes nowhere. Not thread-safe.</summary>
internal sealed class TestRun : ICommit
{
    private readonly DetectionEngine _engine;
    private readonly RuleSet _rules;

    public TestRun(RuleSet rules, IReadOnlyList<RunningRule> watched, AuditLog audit)
    {
        _rules = rules;
        Watched = watched;
        _engine = new DetectionEngine(rules, new AlertBook(audit));
        foreach (var rule in rules.All)
        {
            rule.Switch(enabled: true, dryRun: false);
        }
    }

    /// <summary>The rules whose alerts are asked for; the others feed them.</summary>
    public IReadOnlyList<RunningRule> Watched { get; }

    /// <summary>As they stand after the last batch.</summary>
    public Dictionary<string, Alert> Alerts { get; } = new(StringComparer.Ordinal);

    public long IngestTime { get; private set; }

    public bool IsLast => false;

    public bool CanMatch(EventType type) => _rules.Of(type) is not null;

    public void See(StoredEvent stored)
    {
        IngestTime = stored.Event.IngestTime == 0 ? stored.Event.EventTime : stored.Event.IngestTime;
        _engine.OnEvent(stored.Position, stored.Event, this);
    }

    public void EndBatch()
    {
        // Nothing comes after this: what waits to be written is written.
        IngestTime += AlertBook.LongestWait;
        _engine.OnBatchEnd(this);
        _engine.OnDurable();
    }

    public HashSet<string> SourcesOf() => [.. Alerts.Values.SelectMany(a => a.SourceIp.Length > 0 ? [a.SourceIp] : a.Sources.AsEnumerable())];

    public void Put(Table table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (table == Table.Alerts)
        {
            var alert = Alert.Parser.ParseFrom(value);
            Alerts[alert.AlertId] = alert;
        }
    }

    public void Delete(Table table, ReadOnlySpan<byte> key)
    {
    }

    public void Emit(Event derived)
    {
    }
}
