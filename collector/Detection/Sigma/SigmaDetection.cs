namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A detection rule as written: named searches and a condition over them.</summary>
internal sealed record SigmaDetection(
    RuleHeader Header,
    LogSourceSelector LogSource,
    IReadOnlyDictionary<string, SearchNode> Searches,
    IReadOnlyList<string> Conditions,
    Place ConditionAt);
