using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// Keeps the rules' firings by hour over a restart: one row, written every half minute in which one fired. What a crash takes is those.
/// Commit thread only.
/// </summary>
internal sealed class RuleCounters(DetectionEngine engine) : ICommitStage
{
    private const long Interval = 30L * 1_000_000_000;
    private static readonly byte[] Key = Encoding.UTF8.GetBytes("rule-counters");
    private long _next;
    private long _written;

    public void Restore(IStoreReader store)
    {
        if (store.Get(Table.Detection, Key) is not { } row)
        {
            return;
        }

        var rules = engine.Rules.All.ToDictionary(r => r.Header.Id);
        foreach (var kept in ListRulesResponse.Parser.ParseFrom(row).Rules)
        {
            if (rules.TryGetValue(kept.Id, out var rule))
            {
                rule.LastHit = kept.LastHit;
                rule.Recent.Restore(kept.HitsByHour);
            }
        }
    }

    public void OnEvent(ulong position, Event e, ICommit commit)
    {
    }

    public void OnBatchEnd(ICommit commit)
    {
        if (commit.IngestTime < _next && commit.IngestTime >= _next - Interval)
        {
            return;
        }

        _next = commit.IngestTime + Interval;
        var total = engine.Rules.All.Sum(r => r.Hits);
        if (total != _written)
        {
            _written = total;
            var kept = new ListRulesResponse();
            foreach (var rule in engine.Rules.All.Where(r => r.LastHit != 0))
            {
                var own = new Rule { Id = rule.Header.Id, LastHit = rule.LastHit };
                own.HitsByHour.Add(rule.Recent.Hours);
                kept.Rules.Add(own);
            }

            commit.Put(Table.Detection, Key, kept.ToByteArray());
        }
    }

    public void OnDurable()
    {
    }
}
