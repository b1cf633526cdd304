using System.Globalization;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A number compared with a number, or with a text that is one.</summary>
internal sealed class NumberTest(NumberTestKind kind, double bound) : ValueTest
{
    public override bool Matches(in FieldValue value, Event e)
    {
        double actual;
        switch (value.Kind)
        {
            case FieldKind.Integer or FieldKind.Real:
                actual = value.Real;
                break;
            case FieldKind.Text when double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed):
                actual = parsed;
                break;
            default:
                return false;
        }

        return Holds(actual);
    }

    internal bool Holds(double actual) => kind switch
    {
        NumberTestKind.Equal => actual == bound,
        NumberTestKind.NotEqual => actual != bound,
        NumberTestKind.Less => actual < bound,
        NumberTestKind.LessOrEqual => actual <= bound,
        NumberTestKind.Greater => actual > bound,
        _ => actual >= bound,
    };
}
