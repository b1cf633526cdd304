using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>All rules, compiled together: which detection rules can match which event type, and who listens to whom.</summary>
internal sealed class RuleSet
{
    private readonly TypeRules?[] _byType;

    public RuleSet(IReadOnlyList<DetectionRule> detections, IReadOnlyList<CorrelationRule> correlations, IReadOnlyList<RuleError> warnings)
    {
        Detections = detections;
        Correlations = correlations;
        Warnings = warnings;
        _byType = new TypeRules?[TypeSet.Capacity];
        for (var type = 0; type < TypeSet.Capacity; type++)
        {
            _byType[type] = TypeRules.Of((EventType)type, detections);
        }
    }

    public IReadOnlyList<DetectionRule> Detections { get; }

    public IReadOnlyList<CorrelationRule> Correlations { get; }

    /// <summary>Rules, or parts of them, that are well written but can never match here (other platforms' sources, fields that no event has).</summary>
    public IReadOnlyList<RuleError> Warnings { get; }

    /// <summary>Length of the longest set of rules of one type.</summary>
    public int MostWords => _byType.Max(t => t?.Words ?? 0);

    public IEnumerable<RunningRule> All => Detections.Concat<RunningRule>(Correlations);

    /// <summary>The rules that can match an event of that type; null when there can be none.</summary>
    public TypeRules? Of(EventType type) => (uint)type < TypeSet.Capacity ? _byType[(int)type] : null;
}
