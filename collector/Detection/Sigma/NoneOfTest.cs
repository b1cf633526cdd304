using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The modifier <c>neq</c>: present, and meeting none of the tests.</summary>
internal sealed class NoneOfTest(ValueTest[] tests) : ValueTest
{
    public override bool WholeField => true;

    public override int Cost { get; } = tests.Sum(t => t.Cost);

    public override bool Matches(in FieldValue value, Event e)
    {
        if (!value.Exists)
        {
            return false;
        }

        foreach (var test in tests)
        {
            if (FieldPredicate.Test(test, value, e))
            {
                return false;
            }
        }

        return true;
    }
}
