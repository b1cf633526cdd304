using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

internal sealed class WildcardTest(string pattern, bool cased) : ValueTest
{
    public override int Cost => 8;

    public override IReadOnlyList<string>? Literals { get; } = TextPattern.LongestRun(pattern) is { Length: > 1 } run ? [run] : null;

    public override bool Matches(in FieldValue value, Event e) =>
        value.Exists && TextPattern.Glob(pattern, TextOf(value), cased);
}
