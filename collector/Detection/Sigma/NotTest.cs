using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The modifier <c>neq</c>: present, and not meeting the inner test.</summary>
internal sealed class NotTest(ValueTest inner) : ValueTest
{
    public override bool WholeField => inner.WholeField;

    public override bool Matches(in FieldValue value, Event e) => value.Exists && !inner.Matches(value, e);
}
