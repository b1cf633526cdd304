namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A condition, parsed.</summary>
internal abstract record ConditionNode
{
    public sealed record And(ConditionNode Left, ConditionNode Right) : ConditionNode;

    public sealed record Or(ConditionNode Left, ConditionNode Right) : ConditionNode;

    public sealed record Not(ConditionNode Inner) : ConditionNode;

    /// <summary>A search identifier (in a correlation: a rule) by its name.</summary>
    public sealed record Name(string Identifier) : ConditionNode;

    /// <summary><c>1 of pattern</c> or <c>all of pattern</c>; the pattern <c>them</c> means every identifier.</summary>
    public sealed record Quantified(bool All, string Pattern) : ConditionNode;
}
