using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

internal sealed class WildcardTest(string pattern, bool cased) : ValueTest
{
    public override int Cost => 8;

    public override bool Matches(in FieldValue value, Event e) =>
        value.Exists && TextPattern.Glob(pattern, TextOf(value), cased);
}
