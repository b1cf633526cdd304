using SensorNet.Proto;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// Something that must be so for a condition to hold, and that is cheaper to find out for many rules together than each
/// condition is for itself.
/// </summary>
/// <param name="Field">The field that must be there; null: the record as it was read.</param>
/// <param name="Literals">Texts of which it must contain one, whatever the case; null: it must only be there.</param>
/// <param name="IsExact">The field's text must be one of them.</param>
internal sealed record Clue(EventField? Field, IReadOnlyList<string>? Literals, bool IsExact)
{
    /// <summary>How little is left to look at once it is known, better ones first.</summary>
    public int Rank => Literals is null ? 2 : IsExact ? 0 : 1;
}
