using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A flag; an absent flag is false unless absence means "not known".</summary>
internal sealed class FlagTest(bool wanted, bool absentIsUnknown) : ValueTest
{
    public override bool MatchesAbsent => !absentIsUnknown && !wanted;

    public override bool Matches(in FieldValue value, Event e) =>
        value.Exists ? value.Bool == wanted : !absentIsUnknown && !wanted;
}
