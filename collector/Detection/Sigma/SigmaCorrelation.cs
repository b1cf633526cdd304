namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A correlation rule as written.</summary>
internal sealed record SigmaCorrelation
{
    public required RuleHeader Header { get; init; }

    public required CorrelationType Type { get; init; }

    /// <summary>Names or ids of the rules whose firings are correlated.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    public required Place RulesAt { get; init; }

    public IReadOnlyList<string> GroupBy { get; init; } = [];

    public required TimeSpan Timespan { get; init; }

    public CountCondition Condition { get; init; } = CountCondition.None;

    /// <summary>For a temporal correlation: a condition over rule names instead of "all of them".</summary>
    public ConditionNode? Expression { get; init; }

    /// <summary>That condition as written; empty without one.</summary>
    public string ExpressionText { get; init; } = "";

    /// <summary>The counted or computed fields.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>0-100, for value_percentile.</summary>
    public double Percentile { get; init; }

    /// <summary>Alias -> rule -> that rule's field.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Aliases { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Whether the rules it refers to raise alerts of their own; null: not said.</summary>
    public bool? Generate { get; init; }
}
