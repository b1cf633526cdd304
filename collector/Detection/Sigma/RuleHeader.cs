using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>What every Sigma document says of itself, whatever its kind.</summary>
internal sealed record RuleHeader
{
    public required string File { get; init; }

    public required int Line { get; init; }

    public required string Title { get; init; }

    /// <summary>The UUID; a rule without one is known by a hash of its name and title.</summary>
    public required string Id { get; init; }

    /// <summary>The name that correlations refer to; empty when the rule has none.</summary>
    public string Name { get; init; } = "";

    public AlertLevel Level { get; init; } = AlertLevel.Medium;

    public string Status { get; init; } = "";

    public string Description { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> FalsePositives { get; init; } = [];

    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The document as it stands in its file.</summary>
    public string Text { get; init; } = "";

    /// <summary>A hash of the rule's text and of the thresholds laid over it: part of its alerts' ids.</summary>
    public string Version { get; init; } = "";

    public RuleExtension Extension { get; init; } = RuleExtension.None;
}
