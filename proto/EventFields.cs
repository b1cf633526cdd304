using System.Collections.Frozen;

namespace SensorNet.Proto;

/// <summary>
/// The field catalogue: every field of an event, named once, with its ECS name, its other names, how to read it, its
/// kind and whether it is indexed. Rules, the query language, exports and the console all read events through it.
/// Immutable and thread-safe.
/// </summary>
public static partial class EventFields
{
    /// <summary>Every field, in the order in which exports write them.</summary>
    public static IReadOnlyList<EventField> All => Catalogue;

    /// <summary>Finds a field by any of its names, in any letter case.</summary>
    public static bool TryGet(string name, out EventField field) => ByName.TryGetValue(name, out field!);

    /// <summary>
    /// The catalogue's field of that name; for a name it does not know, a field that reads the event's attribute of
    /// exactly that name (operator parsers and audit records put their own there).
    /// </summary>
    public static EventField Resolve(string name)
    {
        if (ByName.TryGetValue(name, out var field))
        {
            return field;
        }

        var attribute = name.StartsWith("attributes.", StringComparison.OrdinalIgnoreCase) ? name["attributes.".Length..] : name;
        return new EventField(
            name,
            FieldKind.Text,
            Indexed: false,
            e => e.Attributes.TryGetValue(attribute, out var value) ? FieldValue.Of(value) : default,
            []);
    }

    private static FrozenDictionary<string, EventField> Index()
    {
        var names = new Dictionary<string, EventField>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in Catalogue)
        {
            names.Add(field.Name, field);
            foreach (var alias in field.Aliases)
            {
                names.Add(alias, field);
            }
        }

        return names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
