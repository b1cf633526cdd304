using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The event is of one of these types: <c>event.type</c> compared without any text.</summary>
internal sealed class TypePredicate(TypeSet types) : Predicate
{
    public override TypeSet Types => types;

    public override int Cost => 0;

    public override void Explain(Event e, MatchScratch scratch, ICollection<string> met)
    {
        var text = $"event.type: {SensorNet.Proto.EventTypes.Get(e.Type).Name}";
        if (!met.Contains(text))
        {
            met.Add(text);
        }
    }

    public override Predicate For(EventType type) => types.Contains(type) ? ConstantPredicate.True : ConstantPredicate.False;

    public override bool Matches(Event e, MatchScratch scratch) => types.Contains(e.Type);
}
