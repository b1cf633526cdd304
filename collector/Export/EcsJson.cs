using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Export;

/// <summary>
/// Writes events as JSON objects in the Elastic Common Schema: the field catalogue's names, nested at their dots; times in
/// ISO 8601; attributes under <c>labels</c>; the position in the store under <c>sensornet.position</c>. Thread-safe.
/// </summary>
internal static class EcsJson
{
    private static readonly string[] Times = ["event.time", "event.created", "event.ingested"];

    // Sorted, so that fields of one object stand together.
    private static readonly (string[] Path, EventField Field)[] Fields =
    [
        .. EventFields.All
            .Select(f => ((f.Name == "event.time" ? "@timestamp" : f.Name).Split('.'), f))
            .OrderBy(f => string.Join('.', f.Item1), StringComparer.Ordinal),
    ];

    /// <summary>Escapes what JSON demands and leaves other text readable; what is written is no HTML.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Utf8JsonWriter json, StoredEvent stored)
    {
        json.WriteStartObject();
        string[] open = [];
        foreach (var (path, field) in Fields)
        {
            var value = field.Get(stored.Event);
            if (!value.Exists)
            {
                continue;
            }

            open = MoveTo(json, open, path);
            WriteValue(json, path[^1], field, value);
        }

        MoveTo(json, open, [""]);
        if (stored.Event.Attributes.Count > 0)
        {
            json.WriteStartObject("labels");
            foreach (var (name, text) in stored.Event.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, text);
            }

            json.WriteEndObject();
        }

        if (stored.Position != 0)
        {
            json.WriteStartObject("sensornet");
            json.WriteNumber("position", stored.Position);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>ISO 8601 with as many digits of the second as there are.</summary>
    public static string TimeText(long nanoseconds)
    {
        var whole = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(Math.DivRem(nanoseconds, 1_000_000_000, out var rest), -62_135_596_800, 253_402_300_799));
        if (rest < 0)
        {
            (whole, rest) = (whole.AddSeconds(-1), rest + 1_000_000_000);
        }

        var fraction = rest == 0 ? "" : "." + rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return whole.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + fraction + "Z";
    }

    // Closes and opens objects until the parent of the path is open.
    private static string[] MoveTo(Utf8JsonWriter json, string[] open, string[] path)
    {
        var parent = path[..^1];
        var same = 0;
        while (same < open.Length && same < parent.Length && open[same] == parent[same])
        {
            same++;
        }

        for (var i = open.Length; i > same; i--)
        {
            json.WriteEndObject();
        }

        for (var i = same; i < parent.Length; i++)
        {
            json.WriteStartObject(parent[i]);
        }

        return parent;
    }

    private static void WriteValue(Utf8JsonWriter json, string name, EventField field, FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Integer when Times.Contains(field.Name):
                json.WriteString(name, TimeText(value.Integer));
                break;
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
                json.WriteStartArray(name);
                foreach (var text in value.Texts)
                {
                    json.WriteStringValue(text);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteString(name, value.ToString());
                break;
        }
    }
}
