using SensorNet.Collector.Detection.Sigma;
using SensorNet.Proto;

namespace SensorNet.Collector.Detection;

/// <summary>A rule on single events, ready to run, with its counters. Used on the commit thread; counters are read anywhere.</summary>
internal sealed class DetectionRule(RuleHeader header, IReadOnlyList<RuleVariant> variants, Predicate predicate, EventField[] groupBy)
    : RunningRule(header, groupBy.Select(f => f.Name), variants)
{
    public Predicate Predicate => predicate;

    /// <summary>The fields that tell its alerts apart, as far as an event has them.</summary>
    public EventField[] GroupBy => groupBy;

    /// <summary>Whether it looks for words in lines of logs, those too that give no event of their own.</summary>
    public bool LooksForWords { get; init; }

    public override string Kind => "event";
}
