namespace SensorNet.Collector.Detection.Sigma;

/// <summary>Compiles detection and filter rules: searches and conditions into one predicate each.</summary>
internal sealed class DetectionCompiler(RuleLists lists, TimeZoneInfo zone, List<RuleError> errors)
{
    /// <returns>Null when an error was reported.</returns>
    public Predicate? Compile(SigmaDetection rule)
    {
        var parts = new List<Predicate>(rule.Conditions.Count);
        foreach (var condition in rule.Conditions)
        {
            if (Compile(rule.Header.File, rule.LogSource, rule.Searches, condition, rule.ConditionAt) is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        return Predicate.Or(parts);
    }

    public Predicate? Compile(SigmaFilter filter) =>
        Compile(filter.Header.File, filter.LogSource, filter.Searches, filter.Condition, filter.ConditionAt);

    private Predicate? Compile(string file, LogSourceSelector source, IReadOnlyDictionary<string, SearchNode> searches, string condition, Place at)
    {
        var node = ConditionParser.Parse(condition, out var error);
        if (node is null)
        {
            errors.Add(new RuleError(file, at, $"condition '{condition}': {error}"));
            return null;
        }

        var fields = new FieldCompiler(lists, zone, source is { Product: "linux", Service: "auditd" }, (place, message) => errors.Add(new RuleError(file, place, message)));
        var compiled = new Dictionary<string, Predicate>(StringComparer.Ordinal);
        foreach (var (name, search) in searches)
        {
            if (Compile(search, fields) is not { } predicate)
            {
                return null;
            }

            compiled[name] = predicate;
        }

        return Compile(node, compiled, message => errors.Add(new RuleError(file, at, $"condition '{condition}': {message}")));
    }

    private static Predicate? Compile(SearchNode search, FieldCompiler fields)
    {
        switch (search)
        {
            case SearchNode.Fields map:
                var conditions = map.Conditions.Select(fields.Compile).ToList();
                return conditions.Contains(null) ? null : Predicate.And(conditions!);
            case SearchNode.Keywords keywords:
                return fields.CompileKeywords(keywords.Modifiers, keywords.Values, keywords.At);
            case SearchNode.Keyword keyword:
                return fields.CompileKeywords([], [keyword.Value], keyword.At);
            case SearchNode.AnyOf any:
                var alternatives = any.Alternatives.Select(a => Compile(a, fields)).ToList();
                return alternatives.Contains(null) ? null : Predicate.Or(alternatives!);
            default:
                throw new InvalidOperationException($"Unknown search {search.GetType().Name}.");
        }
    }

    private static Predicate? Compile(ConditionNode node, Dictionary<string, Predicate> searches, Action<string> error)
    {
        switch (node)
        {
            case ConditionNode.And conjunction:
                return Both(conjunction.Left, conjunction.Right, searches, error) is { } both ? Predicate.And(both) : null;
            case ConditionNode.Or disjunction:
                return Both(disjunction.Left, disjunction.Right, searches, error) is { } either ? Predicate.Or(either) : null;
            case ConditionNode.Not negation:
                return Compile(negation.Inner, searches, error) is { } inner ? Predicate.Not(inner) : null;
            case ConditionNode.Name name:
                if (searches.TryGetValue(name.Identifier, out var search))
                {
                    return search;
                }

                error($"'{name.Identifier}' is not a search identifier of this rule; there are {string.Join(", ", searches.Keys)}");
                return null;
            case ConditionNode.Quantified quantified:
                var chosen = Choose(quantified.Pattern, searches);
                if (chosen.Count == 0)
                {
                    error($"no search identifier matches '{quantified.Pattern}'");
                    return null;
                }

                return quantified.All ? Predicate.And(chosen) : Predicate.Or(chosen);
            default:
                throw new InvalidOperationException($"Unknown condition {node.GetType().Name}.");
        }
    }

    private static Predicate[]? Both(ConditionNode left, ConditionNode right, Dictionary<string, Predicate> searches, Action<string> error) =>
        Compile(left, searches, error) is { } first && Compile(right, searches, error) is { } second ? [first, second] : null;

    /// <summary>Names that begin with an underscore are private to the rule and not among "them".</summary>
    private static List<Predicate> Choose(string pattern, Dictionary<string, Predicate> searches)
    {
        if (pattern.Equals("them", StringComparison.OrdinalIgnoreCase))
        {
            return [.. searches.Where(s => !s.Key.StartsWith('_')).Select(s => s.Value)];
        }

        return [.. searches.Where(s => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, s.Key, ignoreCase: false)).Select(s => s.Value)];
    }
}
