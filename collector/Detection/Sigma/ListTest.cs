using SensorNet.Collector.Lists;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// The values of a named list (<c>|expand</c> of <c>%name%</c>): compiled anew when the list has changed, so that an
/// entry counts from the next event on. Thread-safe: two threads may compile the same values twice.
/// </summary>
/// <param name="list">The list.</param>
/// <param name="all">Every value must be met, not one of them.</param>
/// <param name="compile">From values to tests; values that cannot be used are left out.</param>
internal sealed class ListTest(NamedValues list, bool all, Func<IReadOnlyList<string>, ValueTest[]> compile) : ValueTest
{
    private int _version = -1;
    private ValueTest[] _tests = [];

    public override bool WholeField => true;

    public override int Cost => 8;

    public override bool Matches(in FieldValue value, Event e)
    {
        if (_version != list.Version)
        {
            var version = list.Version;
            _tests = compile(list.Values);
            _version = version;
        }

        foreach (var test in _tests)
        {
            if (FieldPredicate.Test(test, value, e) != all)
            {
                return !all;
            }
        }

        return all && _tests.Length > 0;
    }
}
