using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

internal sealed class NotPredicate(Predicate inner) : Predicate
{
    public Predicate Inner => inner;

    public override TypeSet Types
    {
        get
        {
            // Only the negation of "is of these types" narrows anything.
            if (inner is not TypePredicate type)
            {
                return TypeSet.All;
            }

            var rest = default(TypeSet);
            foreach (var info in SensorNet.Proto.EventTypes.All)
            {
                if (!type.Types.Contains(info.Type))
                {
                    rest.Add(info.Type);
                }
            }

            return rest;
        }
    }

    public override Predicate For(EventType type)
    {
        var own = inner.For(type);
        return own == ConstantPredicate.True ? ConstantPredicate.False
            : own == ConstantPredicate.False ? ConstantPredicate.True
            : own == inner ? this
            : Not(own);
    }

    public override int Cost => inner.Cost;

    // What an event does not have is no reason to name it.
    public override void Explain(Event e, MatchScratch scratch, ICollection<string> met)
    {
    }

    public override bool Matches(Event e, MatchScratch scratch) => !inner.Matches(e, scratch);
}
