namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A search identifier's content: what is written under a name in <c>detection</c>.</summary>
internal abstract record SearchNode(Place At)
{
    /// <summary>Whether words are looked for, in whatever the record says.</summary>
    public bool HasKeywords => this is Keyword or Keywords || (this is AnyOf any && any.Alternatives.Any(a => a.HasKeywords));

    /// <summary>The conditions on fields in it.</summary>
    public IEnumerable<FieldCondition> FieldConditions => this switch
    {
        Fields fields => fields.Conditions,
        AnyOf any => any.Alternatives.SelectMany(a => a.FieldConditions),
        _ => [],
    };

    /// <summary>A map: every field condition must hold.</summary>
    public sealed record Fields(IReadOnlyList<FieldCondition> Conditions, Place At) : SearchNode(At);

    /// <summary>A list of maps or of keywords: one of them must hold.</summary>
    public sealed record AnyOf(IReadOnlyList<SearchNode> Alternatives, Place At) : SearchNode(At);

    /// <summary>A text to be found anywhere in the record as it was read.</summary>
    public sealed record Keyword(ScalarValue Value, Place At) : SearchNode(At);

    /// <summary>Keywords with modifiers (<c>'|all': [...]</c>).</summary>
    public sealed record Keywords(IReadOnlyList<string> Modifiers, IReadOnlyList<ScalarValue> Values, Place At) : SearchNode(At);
}
