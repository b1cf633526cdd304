using System.Buffers;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>Any of several texts anywhere in the value, looked for in one pass.</summary>
internal sealed class ContainsAnyTest(string[] texts, StringComparison comparison) : ValueTest
{
    private readonly SearchValues<string> _texts = SearchValues.Create(texts, comparison);

    public override int Cost => 6;

    public override IReadOnlyList<string>? Literals => texts;

    public override bool Matches(in FieldValue value, Event e) =>
        value.Exists && TextOf(value).AsSpan().IndexOfAny(_texts) >= 0;
}
