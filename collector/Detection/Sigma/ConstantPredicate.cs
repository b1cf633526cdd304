using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>What is decided before any event is looked at.</summary>
internal sealed class ConstantPredicate : Predicate
{
    public static readonly ConstantPredicate True = new(TypeSet.All);
    public static readonly ConstantPredicate False = new(default);

    private ConstantPredicate(TypeSet types) => Types = types;

    public override TypeSet Types { get; }

    public override int Cost => 0;

    public override bool Matches(Event e, MatchScratch scratch) => this == True;

    public override Predicate For(EventType type) => this;

    public override void Explain(Event e, MatchScratch scratch, ICollection<string> met)
    {
    }
}
