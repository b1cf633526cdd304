using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

internal sealed class AllOfPredicate : Predicate
{
    private readonly Predicate[] _parts;

    private AllOfPredicate(Predicate[] parts)
    {
        _parts = [.. parts.OrderBy(p => p.Cost)];
        Cost = parts.Sum(p => p.Cost);
        Types = parts.Aggregate(TypeSet.All, (set, part) => set & part.Types);
    }

    /// <summary>Those of the most telling part.</summary>
    public override IReadOnlyList<Clue>? Clues => _parts.Select(p => p.Clues).OfType<IReadOnlyList<Clue>>().MinBy(c => (c.Max(clue => clue.Rank), c.Count));

    public override TypeSet Types { get; }

    public override int Cost { get; }

    public static Predicate Create(IEnumerable<Predicate> parts)
    {
        Predicate[] flat = [.. parts.SelectMany(p => p is AllOfPredicate all ? all._parts : [p])];
        return flat.Length == 1 ? flat[0] : new AllOfPredicate(flat);
    }

    public override Predicate For(EventType type)
    {
        var rest = new List<Predicate>(_parts.Length);
        foreach (var part in _parts)
        {
            var own = part.For(type);
            if (own == ConstantPredicate.False)
            {
                return own;
            }

            if (own != ConstantPredicate.True)
            {
                rest.Add(own);
            }
        }

        return rest.Count == 0 ? ConstantPredicate.True : Create(rest);
    }

    public override void Explain(Event e, MatchScratch scratch, ICollection<string> met)
    {
        foreach (var part in _parts)
        {
            part.Explain(e, scratch, met);
        }
    }

    public override bool Matches(Event e, MatchScratch scratch)
    {
        foreach (var part in _parts)
        {
            if (!part.Matches(e, scratch))
            {
                return false;
            }
        }

        return true;
    }
}
