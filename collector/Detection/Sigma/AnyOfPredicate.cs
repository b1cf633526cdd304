using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

internal sealed class AnyOfPredicate : Predicate
{
    private readonly Predicate[] _parts;

    private AnyOfPredicate(Predicate[] parts)
    {
        _parts = [.. parts.OrderBy(p => p.Cost)];
        Cost = parts.Sum(p => p.Cost);
        Types = parts.Aggregate(default(TypeSet), (set, part) => set | part.Types);
    }

    public override TypeSet Types { get; }

    public override int Cost { get; }

    public static Predicate Create(IEnumerable<Predicate> parts)
    {
        Predicate[] flat = [.. parts.SelectMany(p => p is AnyOfPredicate any ? any._parts : [p])];
        return flat.Length == 1 ? flat[0] : new AnyOfPredicate(flat);
    }

    public override void Explain(Event e, MatchScratch scratch, ICollection<string> met)
    {
        foreach (var part in _parts)
        {
            if (part.Matches(e, scratch))
            {
                part.Explain(e, scratch, met);
            }
        }
    }

    public override bool Matches(Event e, MatchScratch scratch)
    {
        foreach (var part in _parts)
        {
            if (part.Matches(e, scratch))
            {
                return true;
            }
        }

        return false;
    }
}
