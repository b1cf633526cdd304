using System.Net;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>One value of a rule, compiled: what a field's value is compared with.</summary>
internal abstract class ValueTest
{
    /// <summary>The test looks at the field as a whole, not at each of several texts.</summary>
    public virtual bool WholeField => false;

    /// <summary>Whether an absent field meets it.</summary>
    public virtual bool MatchesAbsent => false;

    /// <summary>
    /// Texts of which any value that meets the test contains one, whatever its case; null when none are known. For an
    /// index only: a value that contains one may fail the test.
    /// </summary>
    public virtual IReadOnlyList<string>? Literals => null;

    /// <summary>The value is one of <see cref="Literals"/>, whatever its case.</summary>
    public virtual bool IsExact => false;

    /// <summary>See <see cref="Predicate.Cost"/>.</summary>
    public virtual int Cost => 2;

    /// <summary>Whether the value meets it. An absent value meets only tests for absence.</summary>
    public abstract bool Matches(in FieldValue value, Event e);

    /// <summary>The value as text, without formatting where it is text already.</summary>
    protected static string TextOf(in FieldValue value) =>
        value.Kind == FieldKind.Text ? value.Text
        : value.Kind == FieldKind.Address ? new IPAddress(value.Address).ToString()
        : value.ToString();
}
