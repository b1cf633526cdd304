namespace SensorNet.Collector.Detection.Sigma;

internal sealed partial class SigmaReader
{
    private void ReadCorrelation(RuleHeader header, YamlMap map, int errorsBefore)
    {
        map.AllowOnly("'correlation'", "type", "rules", "group-by", "timespan", "condition", "field", "aliases", "generate", "percentile");
        var type = ReadType(map);
        var rules = map.Texts("rules") ?? [];
        if (rules.Count == 0)
        {
            map.Error(map.Place, "'rules' must name at least one rule");
        }

        var timespan = map.Timespan("timespan");
        if (timespan is null && !map.Has("timespan"))
        {
            map.Error(map.Place, "'timespan' is missing");
        }

        var condition = CountCondition.None;
        ConditionNode? expression = null;
        var fields = map.Texts("field") ?? [];
        var percentile = map.Number("percentile") ?? double.NaN;
        if (type is CorrelationType.Temporal or CorrelationType.TemporalOrdered)
        {
            expression = ReadExpression(map, type.Value);
        }
        else if (map.Map("condition") is { } bounds)
        {
            condition = ReadBounds(bounds, ref fields, ref percentile);
        }
        else if (!map.Has("condition"))
        {
            map.Error(map.Place, "'condition' is missing, for example {gte: 5}");
        }

        CheckFields(map, type, fields, percentile);
        if (_errors.Count == errorsBefore)
        {
            Correlations.Add(new SigmaCorrelation
            {
                Header = header,
                Type = type!.Value,
                Rules = rules,
                RulesAt = map.PlaceAt("rules"),
                GroupBy = map.Texts("group-by") ?? [],
                Timespan = timespan!.Value,
                Condition = condition,
                Expression = expression,
                ExpressionText = expression is null ? "" : map.Text("condition") ?? "",
                Fields = fields,
                Percentile = percentile,
                Aliases = ReadAliases(map),
                Generate = map.Flag("generate"),
            });
        }
    }

    private static CorrelationType? ReadType(YamlMap map)
    {
        var word = map.Text("type") ?? "";
        CorrelationType? type = word switch
        {
            "event_count" => CorrelationType.EventCount,
            "value_count" => CorrelationType.ValueCount,
            "temporal" or "temporal_extended" => CorrelationType.Temporal,
            "temporal_ordered" => CorrelationType.TemporalOrdered,
            "value_sum" => CorrelationType.ValueSum,
            "value_avg" => CorrelationType.ValueAverage,
            "value_percentile" => CorrelationType.ValuePercentile,
            "value_median" => CorrelationType.ValueMedian,
            _ => null,
        };
        if (type is null)
        {
            map.Error(
                map.PlaceAt("type"),
                $"'{word}' is not a correlation type: event_count, value_count, temporal, temporal_ordered, value_sum, value_avg, value_percentile or value_median");
        }

        return type;
    }

    private static ConditionNode? ReadExpression(YamlMap map, CorrelationType type)
    {
        if (map.Node("condition") is null)
        {
            return null;
        }

        if (type == CorrelationType.TemporalOrdered)
        {
            map.Error(map.PlaceAt("condition"), "temporal_ordered has no condition: all its rules must fire, in order");
            return null;
        }

        if (map.Text("condition") is not { } text)
        {
            return null;
        }

        var node = ConditionParser.Parse(text, out var error);
        if (node is null)
        {
            map.Error(map.PlaceAt("condition"), $"condition '{text}': {error}");
        }

        return node;
    }

    private static CountCondition ReadBounds(YamlMap bounds, ref List<string> fields, ref double percentile)
    {
        bounds.AllowOnly("'condition'", "gt", "gte", "lt", "lte", "eq", "neq", "field", "percentile");
        if (bounds.Texts("field") is { } named)
        {
            fields = named;
        }

        percentile = bounds.Number("percentile") ?? percentile;
        var condition = new CountCondition(
            bounds.Number("gt") ?? double.NaN,
            bounds.Number("gte") ?? double.NaN,
            bounds.Number("lt") ?? double.NaN,
            bounds.Number("lte") ?? double.NaN,
            bounds.Number("eq") ?? double.NaN,
            bounds.Number("neq") ?? double.NaN);
        if (condition.IsEmpty)
        {
            bounds.Error(bounds.Place, "the condition has no bound: give one of gt, gte, lt, lte, eq, neq");
        }

        return condition;
    }

    private static void CheckFields(YamlMap map, CorrelationType? type, List<string> fields, double percentile)
    {
        switch (type)
        {
            case CorrelationType.ValueCount when fields.Count == 0:
                map.Error(map.Place, "value_count needs 'field': the field (or fields) whose distinct values are counted");
                break;
            case CorrelationType.ValueSum or CorrelationType.ValueAverage or CorrelationType.ValueMedian or CorrelationType.ValuePercentile when fields.Count != 1:
                map.Error(map.Place, "this correlation type needs exactly one 'field'");
                break;
            case CorrelationType.EventCount or CorrelationType.Temporal or CorrelationType.TemporalOrdered when fields.Count > 0:
                map.Error(map.PlaceAt("field"), "this correlation type has no 'field'");
                break;
            default:
                break;
        }

        if (type == CorrelationType.ValuePercentile && !(percentile is >= 0 and <= 100))
        {
            map.Error(map.Place, "value_percentile needs 'percentile', a number from 0 to 100");
        }
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> ReadAliases(YamlMap map)
    {
        var aliases = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        if (map.Map("aliases") is { } all)
        {
            foreach (var alias in all.Keys)
            {
                var fields = new Dictionary<string, string>(StringComparer.Ordinal);
                if (all.Map(alias) is { } perRule)
                {
                    foreach (var rule in perRule.Keys)
                    {
                        fields[rule] = perRule.Text(rule) ?? "";
                    }
                }

                aliases[alias] = fields;
            }
        }

        return aliases;
    }
}
