using System.Collections.Frozen;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The value is one of several texts.</summary>
internal sealed class EqualsAnyTest(IEnumerable<string> texts, StringComparison comparison) : ValueTest
{
    private readonly FrozenSet<string> _texts = texts.ToFrozenSet(StringComparer.FromComparison(comparison));

    public override int Cost => 4;

    public override IReadOnlyList<string>? Literals { get; } = [.. texts];

    public override bool IsExact => true;

    public override bool Matches(in FieldValue value, Event e) => value.Exists && _texts.Contains(TextOf(value));
}
