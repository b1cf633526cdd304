using System.Globalization;
using SensorNet.Collector.Ingest;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// Says, at most once a minute, that rules have forgotten keys whose windows were not over, because more keys came than
/// <c>detection.max_keys</c> allows: slow attacks may go unseen then. Commit thread only.
/// </summary>
internal sealed class EvictionReport
{
    private const long Interval = 60L * 1_000_000_000;
    private const int NamedRules = 5;
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    private long _next;

    public void OnBatchEnd(RuleSet rules, ICommit commit)
    {
        if (commit.IngestTime < _next && commit.IngestTime >= _next - Interval)
        {
            return;
        }

        var fresh = new List<(string Rule, long Count)>();
        foreach (var rule in rules.Correlations)
        {
            var total = rule.Variants.Sum(v => v.Window!.Evictions);
            var told = _told.GetValueOrDefault(rule.Header.Id);
            if (total == told)
            {
                continue;
            }

            // Fewer: the rule was changed, and its windows are new.
            _told[rule.Header.Id] = total;
            if (total > told)
            {
                fresh.Add((rule.Name, total - told));
            }
        }

        if (fresh.Count == 0)
        {
            return;
        }

        _next = commit.IngestTime + Interval;

        var named = fresh.OrderByDescending(f => f.Count).Take(NamedRules).Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Rule} ({f.Count})"));
        commit.Emit(new Event
        {
            Type = EventType.SensorHealth,
            Severity = Severity.Warning,
            EventTime = commit.IngestTime,
            SensorTime = commit.IngestTime,
            Host = Environment.MachineName,
            Service = "sensornet-collector",
            LogSource = LogSource.Collector,
            Reason = "rule_keys_evicted",
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"{fresh.Count} rules have forgotten {fresh.Sum(f => f.Count)} keys before their time, since more came than there is room for: {string.Join(", ", named)}. Raise detection.max_keys if this is not a flood."),
        });
    }
}
