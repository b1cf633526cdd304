using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Named lists and their entries as the command line shows them.</summary>
internal static class NamedListListing
{
    public static Listing<NamedList> Listing { get; } = new(
        [
            new("LIST", l => l.Name),
            new("KIND", l => Kind(l.Kind)),
            new("ENTRIES", l => l.Entries.ToString(CultureInfo.InvariantCulture), Right: true),
            new("OWN", l => l.OwnEntries.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 2),
            new("RULES", l => l.Rules.Count.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 1),
            new("DESCRIPTION", l => l.Description.Length > 0 ? l.Description : "-"),
        ],
        WriteJson,
        Stretch: "DESCRIPTION");

    public static Listing<ListEntry> Entries { get; } = new(
        [
            new("LIST", e => e.List),
            new("VALUE", e => e.Value),
            new("EXPIRES", e => e.Expires == 0 ? "never" : Times.Iso(e.Expires)),
            new("BY", e => e.CreatedBy.Length > 0 ? e.CreatedBy : "-", Priority: 2),
            new("SINCE", e => Times.Iso(e.Created), Priority: 3),
            new("ORIGIN", e => e.Origin, Priority: 4),
            new("COMMENT", e => e.Comment),
        ],
        WriteEntry,
        Stretch: "COMMENT");

    public static string Kind(ListKind kind) => kind switch
    {
        ListKind.Text => "text",
        ListKind.Address => "address",
        ListKind.Number => "number",
        _ => "-",
    };

    public static void WriteJson(Utf8JsonWriter json, NamedList list)
    {
        json.WriteStartObject();
        json.WriteString("name", list.Name);
        json.WriteString("kind", Kind(list.Kind));
        json.Text("description", list.Description);
        json.WriteNumber("entries", list.Entries);
        json.WriteNumber("own_entries", list.OwnEntries);
        json.Texts("rules", list.Rules);
        json.WriteBoolean("built_in", list.BuiltIn);
        json.WriteEndObject();
    }

    public static void WriteEntry(Utf8JsonWriter json, ListEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("list", entry.List);
        json.WriteString("value", entry.Value);
        json.Text("comment", entry.Comment);
        json.Text("created_by", entry.CreatedBy);
        json.Time("created", entry.Created);
        json.Time("expires", entry.Expires);
        json.Text("origin", entry.Origin);
        json.WriteEndObject();
    }
}
