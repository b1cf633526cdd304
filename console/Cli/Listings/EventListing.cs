using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Stored events as the command line shows them.</summary>
internal static class EventListing
{
    public static Listing<StoredEvent> Listing { get; } = new(
        [
            new("TIME", e => Times.IsoMillis(e.Event.EventTime)),
            new("SENSOR", e => Or(e.Event.SensorId), Priority: 4),
            new("HOST", e => Or(e.Event.Host), Priority: 3),
            new("TYPE", e => EventTypes.Get(e.Event.Type).Name),
            new("SEVERITY", e => Words.Of(e.Event.Severity), Priority: 2, Style: e => Style(e.Event.Severity)),
            new("SOURCE", e => EventSummary.Source(e.Event)),
            new("USER", e => Or(EventSummary.Who(e.Event)), Priority: 1),
            new("SUMMARY", e => EventSummary.Of(e.Event)),
            new("POSITION", e => e.Position.ToString(System.Globalization.CultureInfo.InvariantCulture), Right: true, Priority: 5),
        ],
        WriteJson,
        Stretch: "SUMMARY");

    public static string? Style(Severity severity) => severity switch
    {
        Severity.Critical => "bold white on red",
        Severity.Error => "red",
        Severity.Warning => "yellow",
        _ => null,
    };

    /// <summary>One object: the position, then every field of the catalogue that the event has, by its ECS name.</summary>
    public static void WriteJson(Utf8JsonWriter json, StoredEvent stored)
    {
        json.WriteStartObject();
        json.WriteNumber("position", stored.Position);
        var written = new HashSet<string>(StringComparer.Ordinal) { "position" };
        foreach (var field in EventFields.All)
        {
            if (field.Name is "event.time" or "event.created" or "event.ingested")
            {
                json.Time(field.Name, field.Get(stored.Event).Integer);
                written.Add(field.Name);
                continue;
            }

            var value = field.Get(stored.Event);
            if (value.Exists && written.Add(field.Name))
            {
                WriteValue(json, field.Name, value);
            }
        }

        foreach (var (name, value) in stored.Event.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            if (written.Add("attributes." + name))
            {
                json.WriteString("attributes." + name, value);
            }
        }

        if (stored.Event.Sip is { Trace.Count: > 0 } sip)
        {
            CallListing.WriteTrace(json, sip.Trace);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, string name, FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Integer:
                json.WriteNumber(name, value.Integer);
                break;
            case FieldKind.Real when double.IsFinite(value.Real):
                json.WriteNumber(name, value.Real);
                break;
            case FieldKind.Bool:
                json.WriteBoolean(name, value.Bool);
                break;
            case FieldKind.Texts:
                json.Texts(name, value.Texts);
                break;
            default:
                json.WriteString(name, value.ToString());
                break;
        }
    }

    private static string Or(string text) => text.Length > 0 ? text : "-";
}
