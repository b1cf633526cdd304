namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A filter rule: a condition that is added to other rules without touching their files.</summary>
internal sealed record SigmaFilter(
    RuleHeader Header,
    LogSourceSelector LogSource,
    IReadOnlyList<string> Rules,
    IReadOnlyDictionary<string, SearchNode> Searches,
    string Condition,
    Place ConditionAt);
