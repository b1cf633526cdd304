using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Audit entries as the command line shows them.</summary>
internal static class AuditListing
{
    public static Listing<AuditEntry> Listing { get; } = new(
        [
            new("TIME", a => Times.Iso(a.Time)),
            new("ACTOR", a => a.Actor.Length > 0 ? a.Actor : "-"),
            new("FROM", a => a.Source.Length > 0 ? a.Source : "-", Priority: 1),
            new("OPERATION", a => a.Change?.Operation ?? "-"),
            new("OBJECT", Object),
            new("CHANGE", Change),
        ],
        WriteJson,
        Stretch: "CHANGE");

    public static string Object(AuditEntry entry) =>
        entry.Change is { } change ? $"{change.ClassName} {change.ObjectId}".Trim() : "-";

    /// <summary>Before and after in one line.</summary>
    public static string Change(AuditEntry entry) => entry.Change switch
    {
        null => "",
        { Before.Length: 0 } change => change.After,
        { After.Length: 0 } change => change.Before,
        var change => $"{change.Before} -> {change.After}",
    };

    private static void WriteJson(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteStartObject();
        json.NonZero("number", entry.Number);
        json.Time("time", entry.Time);
        json.WriteString("actor", entry.Actor);
        json.Text("source", entry.Source);
        json.Text("operation", entry.Change?.Operation);
        json.Text("class", entry.Change?.ClassName);
        json.Text("object", entry.Change?.ObjectId);
        json.Text("before", entry.Change?.Before);
        json.Text("after", entry.Change?.After);
        json.WriteEndObject();
    }
}
