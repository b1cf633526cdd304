namespace SensorNet.Collector.Detection.Sigma;

/// <summary><c>field|modifier|modifier: value or values</c>.</summary>
internal sealed record FieldCondition(
    string Field,
    IReadOnlyList<string> Modifiers,
    IReadOnlyList<ScalarValue> Values,
    Place At);
