using SensorNet.V1;

namespace SensorNet.Collector.Query;

/// <summary>A query that is ready to be asked. Immutable and thread-safe.</summary>
/// <param name="Match">Whether an event is wanted.</param>
/// <param name="Plan">Where the store looks for such events.</param>
/// <param name="Bytes">What the encoded form of every wanted event passes, and few others do; null when nothing can be said.</param>
internal sealed record CompiledQuery(Func<Event, bool> Match, IndexPlan Plan, BytesTest? Bytes = null)
{
    /// <summary>Everything.</summary>
    public static CompiledQuery All { get; } = new(_ => true, IndexPlan.All);

    /// <summary>Compiles a query text; an empty one is <see cref="All"/>.</summary>
    /// <param name="text">The text; see <see cref="QueryParser"/> for the language.</param>
    /// <param name="clock">What relative times count from.</param>
    /// <exception cref="QueryException">It cannot be understood; the message names the column.</exception>
    public static CompiledQuery Compile(string text, TimeProvider clock) =>
        string.IsNullOrWhiteSpace(text) ? All : new QueryParser(text, clock).Parse();

    /// <summary>The field, by any of its names, has this value; nothing in it has a special meaning.</summary>
    /// <exception cref="QueryException">The value is impossible for the field.</exception>
    public static CompiledQuery FieldEquals(string field, string value) =>
        FieldTest.Compile(QueryField.Resolve(field, 0), ":", new QueryValue(value, Quoted: true, 0), DateTimeOffset.UnixEpoch);

    public CompiledQuery And(CompiledQuery other)
    {
        if (ReferenceEquals(this, All))
        {
            return other;
        }

        if (ReferenceEquals(other, All))
        {
            return this;
        }

        var (a, b) = (Match, other.Match);
        return new CompiledQuery(e => a(e) && b(e), IndexPlan.And(Plan, other.Plan), BytesTest.And(Bytes, other.Bytes));
    }

    public CompiledQuery Or(CompiledQuery other)
    {
        var (a, b) = (Match, other.Match);
        return new CompiledQuery(e => a(e) || b(e), IndexPlan.Or(Plan, other.Plan), BytesTest.Or(Bytes, other.Bytes));
    }

    public CompiledQuery Not()
    {
        var match = Match;
        return new CompiledQuery(e => !match(e), IndexPlan.All);
    }
}
