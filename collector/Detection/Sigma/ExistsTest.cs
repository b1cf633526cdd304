using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The field is present, or absent. An empty text is absent: events do not tell the two apart.</summary>
internal sealed class ExistsTest(bool wanted) : ValueTest
{
    public override bool WholeField => true;

    public override bool MatchesAbsent => !wanted;

    public override bool Matches(in FieldValue value, Event e) => value.Exists == wanted;
}
