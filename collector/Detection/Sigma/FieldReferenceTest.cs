using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The modifier <c>fieldref</c>: the value is compared with another field of the same event.</summary>
internal sealed class FieldReferenceTest(EventField other, TextTestKind kind, StringComparison comparison) : ValueTest
{
    public override bool Matches(in FieldValue value, Event e)
    {
        var reference = other.Get(e);
        if (!value.Exists || !reference.Exists)
        {
            return false;
        }

        if (value.Kind == FieldKind.Address && reference.Kind == FieldKind.Address && kind == TextTestKind.Equals)
        {
            return value.Address.SequenceEqual(reference.Address);
        }

        var (left, right) = (TextOf(value), TextOf(reference));
        return kind switch
        {
            TextTestKind.Equals => left.Equals(right, comparison),
            TextTestKind.Contains => left.Contains(right, comparison),
            TextTestKind.StartsWith => left.StartsWith(right, comparison),
            _ => left.EndsWith(right, comparison),
        };
    }
}
