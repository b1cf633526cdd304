using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>Texts to be found anywhere in the record as it was read.</summary>
internal sealed class KeywordPredicate(ValueTest[] tests, bool all) : Predicate
{
    private const int LongestExplained = 200;

    public override IReadOnlyList<Clue>? Clues => FieldPredicate.OfTests(null, tests, all) is { Literals: not null } clue ? [clue] : null;

    public override int Cost { get; } = 20 + tests.Sum(t => t.Cost);

    public override void Explain(Event e, MatchScratch scratch, ICollection<string> met) =>
        met.Add($"keyword in: {(scratch.RawText.Length <= LongestExplained ? scratch.RawText : scratch.RawText[..LongestExplained] + "...")}");

    public override bool Matches(Event e, MatchScratch scratch)
    {
        var value = FieldValue.Of(scratch.RawText);
        foreach (var test in tests)
        {
            if (test.Matches(value, e) != all)
            {
                return !all;
            }
        }

        return all;
    }
}
