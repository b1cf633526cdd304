namespace SensorNet.Collector.Detection.Sigma;

/// <summary>One value of a rule as it was written.</summary>
/// <param name="Text">The scalar's text.</param>
/// <param name="IsNull">YAML null: the field must be absent.</param>
/// <param name="IsQuoted">Written in quotes, so never a number, a flag or null.</param>
/// <param name="At">Where.</param>
internal readonly record struct ScalarValue(string Text, bool IsNull, bool IsQuoted, Place At);
