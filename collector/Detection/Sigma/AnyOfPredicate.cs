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

    public override IReadOnlyList<Clue>? Clues
    {
        get
        {
            var clues = new List<Clue>();
            foreach (var part in _parts)
            {
                if (part.Clues is not { } own)
                {
                    return null;
                }

                clues.AddRange(own);
            }

            return clues.Count == 0 ? null : clues;
        }
    }

    public override TypeSet Types { get; }

    public override int Cost { get; }

    public static Predicate Create(IEnumerable<Predicate> parts)
    {
        Predicate[] flat = [.. parts.SelectMany(p => p is AnyOfPredicate any ? any._parts : [p])];
        return flat.Length == 1 ? flat[0] : new AnyOfPredicate(flat);
    }

    public override Predicate For(EventType type)
    {
        var rest = new List<Predicate>(_parts.Length);
        foreach (var part in _parts)
        {
            var own = part.For(type);
            if (own == ConstantPredicate.True)
            {
                return own;
            }

            if (own != ConstantPredicate.False)
            {
                rest.Add(own);
            }
        }

        return rest.Count == 0 ? ConstantPredicate.False : Create(rest);
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
