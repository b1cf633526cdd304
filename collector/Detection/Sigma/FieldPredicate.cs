using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>One field against its tests: any of them, or with the modifier <c>all</c> every one.</summary>
internal sealed class FieldPredicate(EventField field, ValueTest[] tests, bool all) : Predicate
{
    // The modifier `all` with no values at all matches anything.
    public override TypeSet Types { get; } = tests.Any(t => t.MatchesAbsent) || tests.Length == 0 ? TypeSet.All : FieldTypes.Of(field);

    public override int Cost { get; } = tests.Sum(t => t.Cost);

    public override IReadOnlyList<Clue>? Clues { get; } =
        tests.Length == 0 || Array.Exists(tests, t => t.MatchesAbsent) ? null : [OfTests(field, tests, all)];

    /// <summary>What one field must hold for its tests, any of them or all.</summary>
    public static Clue OfTests(EventField? field, ValueTest[] tests, bool all)
    {
        if (all)
        {
            var most = tests.Where(t => t.Literals is not null).MaxBy(t => t.Literals!.Min(l => l.Length));
            return new Clue(field, most?.Literals, most is { IsExact: true });
        }

        return Array.TrueForAll(tests, t => t.Literals is not null)
            ? new Clue(field, [.. tests.SelectMany(t => t.Literals!)], Array.TrueForAll(tests, t => t.IsExact))
            : new Clue(field, null, false);
    }

    public override void Explain(Event e, MatchScratch scratch, ICollection<string> met)
    {
        var value = field.Get(e);
        if (value.Exists)
        {
            met.Add($"{field.Name}: {value}");
        }
    }

    public override bool Matches(Event e, MatchScratch scratch)
    {
        var value = field.Get(e);
        foreach (var test in tests)
        {
            if (Test(test, value, e) != all)
            {
                return !all;
            }
        }

        return all;
    }

    /// <summary>One test against one field; of several texts one that meets it is enough.</summary>
    public static bool Test(ValueTest test, in FieldValue value, Event e)
    {
        if (value.Kind != FieldKind.Texts)
        {
            return test.Matches(value, e);
        }

        if (test.WholeField)
        {
            return test.Matches(value, e);
        }

        var texts = value.Texts;
        for (var i = 0; i < texts.Count; i++)
        {
            if (test.Matches(FieldValue.Of(texts[i]), e))
            {
                return true;
            }
        }

        return false;
    }
}
