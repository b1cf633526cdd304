using SensorNet.Proto;

namespace SensorNet.Collector.Query;

/// <summary>Finds the field that a query names.</summary>
internal static class QueryField
{
    private const string Attributes = "attributes.";

    /// <exception cref="QueryException">There is none of that name.</exception>
    public static EventField Resolve(string name, int column)
    {
        if (EventFields.TryGet(name, out var field))
        {
            return field;
        }

        if (name.StartsWith(Attributes, StringComparison.OrdinalIgnoreCase) && name.Length > Attributes.Length)
        {
            return EventFields.Resolve(name);
        }

        var near = NearestWord.Of(name, EventFields.All.SelectMany(f => f.Aliases.Prepend(f.Name)));
        throw new QueryException($"There is no field \"{name}\"{(near is null ? "" : $"; did you mean \"{near}\"?")} (an attribute is written attributes.{name}; text with a colon is put in quotes)", column);
    }
}
