using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>What the threshold overlay changes of one rule; null: as the rule says.</summary>
internal sealed record RuleOverride(CountCondition? Condition, TimeSpan? Timespan, AlertLevel? Level, bool? Enabled, bool? DryRun, string File, int Line);
