using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Detection.Windows;

namespace SensorNet.Collector.Detection;

/// <summary>A correlation, ready to run.</summary>
internal sealed class CorrelationRule(SigmaCorrelation rule, IReadOnlyList<RuleVariant> variants, GroupKey[] keys, GroupKey values)
    : RunningRule(rule.Header, rule.GroupBy, variants)
{
    /// <summary>With the numbers for all hosts.</summary>
    public SigmaCorrelation Rule => rule;

    /// <summary>What must be reached: the least count or value, or how many of the correlated rules must have matched.</summary>
    public double Least { get; } = rule.Condition.IsEmpty ? TemporalExpression.LeastParts(rule.Expression, rule.Rules) : rule.Condition.MinimumCount;

    /// <summary>As written, without any overlay.</summary>
    public required SigmaCorrelation Written { get; init; }

    /// <summary>The rules that feed it, in its order.</summary>
    public required IReadOnlyList<RunningRule> Sources { get; init; }

    /// <summary>For each of the correlated rules the fields of the group key (they differ where an alias says so).</summary>
    public GroupKey[] Keys => keys;

    /// <summary>Whether every group key holds the source: then an alert's source is in its key.</summary>
    public bool KeyNamesSource { get; } = Array.TrueForAll(keys, key => Array.Exists(key.Fields, f => f.Name == "source.ip"));

    /// <summary>Who is behind each key; null when the key says it itself.</summary>
    public KeyTable<SourceState>? Behind { get; set; }

    /// <summary>The counted or computed fields.</summary>
    public GroupKey Values => values;

    /// <summary>
    /// Of the correlated rules at least one is about a source, and at least one about something larger (a campaign against
    /// a host): then the alert is about the sources of the former only.
    /// </summary>
    public bool HasOwnSubject { get; init; }

    /// <summary>Matches that lacked a group-by field and so were not counted.</summary>
    public long Ungrouped { get; set; }

    public override void Adopt(RunningRule former)
    {
        base.Adopt(former);
        if (former is CorrelationRule same)
        {
            Ungrouped = same.Ungrouped;
            Behind = same.Default.Version == Default.Version ? same.Behind : Behind;
        }
    }

    /// <summary>A window that is decided when it is over began up to two timespans ago.</summary>
    protected override long Span => Window.Lateness + Variants.Max(v => v.Correlation!.Timespan.Ticks * 100 * (v.Window is ClosingWindow ? 2 : 1));

    public override string Kind => rule.Type switch
    {
        CorrelationType.EventCount => "event_count",
        CorrelationType.ValueCount => "value_count",
        CorrelationType.Temporal => "temporal",
        CorrelationType.TemporalOrdered => "temporal_ordered",
        CorrelationType.ValueSum => "value_sum",
        CorrelationType.ValueAverage => "value_avg",
        CorrelationType.ValuePercentile => "value_percentile",
        _ => "value_median",
    };
}
