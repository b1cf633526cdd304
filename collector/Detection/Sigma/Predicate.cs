using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A compiled condition on one event. Thread-safe; evaluation does not allocate on the usual fields.</summary>
internal abstract class Predicate
{
    /// <summary>The event types that this can match.</summary>
    public virtual TypeSet Types => TypeSet.All;

    /// <summary>How dear it is, roughly, in comparisons of a number: the cheap parts of a condition are asked first.</summary>
    public virtual int Cost => 1;

    public abstract bool Matches(Event e, MatchScratch scratch);

    /// <summary>Of which at least one must be so for the condition to hold; null when nothing of the kind is known.</summary>
    public virtual IReadOnlyList<Clue>? Clues => null;

    /// <summary>
    /// The same condition for events of one type only, without what that type decides already: <see cref="ConstantPredicate.True"/>
    /// or <see cref="ConstantPredicate.False"/> when it decides everything.
    /// </summary>
    public virtual Predicate For(EventType type) => Types.Contains(type) ? this : ConstantPredicate.False;

    /// <summary>Of a condition that the event meets: the fields by which it does, with the event's values.</summary>
    public abstract void Explain(Event e, MatchScratch scratch, ICollection<string> met);

    /// <summary>Both; flattened, so that long conditions stay shallow.</summary>
    public static Predicate And(params IEnumerable<Predicate> parts) => AllOfPredicate.Create(parts);

    public static Predicate Or(params IEnumerable<Predicate> parts) => AnyOfPredicate.Create(parts);

    public static Predicate Not(Predicate inner) => inner is NotPredicate negation ? negation.Inner : new NotPredicate(inner);
}
