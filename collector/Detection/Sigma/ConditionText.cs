namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The condition of a correlation in words: ">= 8", "a and b", "a, then b".</summary>
internal static class ConditionText
{
    public static string Of(SigmaCorrelation correlation) => correlation.Type switch
    {
        CorrelationType.TemporalOrdered => string.Join(", then ", correlation.Rules),
        CorrelationType.Temporal => correlation.ExpressionText.Length > 0 ? correlation.ExpressionText : string.Join(" and ", correlation.Rules),
        _ => correlation.Condition.ToString(),
    };
}
