using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SensorNet.Proto;
using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>
/// Writes an event as one JSON object: <c>@timestamp</c> (RFC 3339, nanoseconds), then every field of the catalogue that
/// is present, under its ECS name, then <c>attributes.NAME</c>. Control characters are escaped, so that one event is one
/// line whatever an attacker put into it.
/// </summary>
internal static class EventJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("@timestamp");
    private static readonly (EventField Field, JsonEncodedText Name)[] Fields =
        [.. EventFields.All.Select(f => (f, JsonEncodedText.Encode(f.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)))];

    /// <summary>A writer with the options of every event; <see cref="Utf8JsonWriter.Reset()"/> makes it ready for the next.</summary>
    public static Utf8JsonWriter NewWriter(IBufferWriter<byte> output) => new(output, Options);

    public static void Write(Event e, IBufferWriter<byte> output)
    {
        using var json = NewWriter(output);
        Write(e, json);
    }

    public static void Write(Event e, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(Timestamp, Rfc3339(e.EventTime));
        foreach (var (field, name) in Fields)
        {
            var value = field.Get(e);
            if (value.Exists)
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }
        }

        if (e.Attributes.Count > 0)
        {
            foreach (var (name, text) in e.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                json.WriteString("attributes." + name, text);
            }
        }

        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>Nanoseconds since 1970 UTC as <c>2026-01-02T03:04:05.123456789Z</c>.</summary>
    public static string Rfc3339(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        if (rest < 0)
        {
            seconds--;
            rest += 1_000_000_000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{DateTime.UnixEpoch.AddSeconds(seconds):yyyy-MM-ddTHH:mm:ss}.{rest:D9}Z");
    }

    private static void WriteValue(Utf8JsonWriter json, FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Integer:
                json.WriteNumberValue(value.Integer);
                break;
            case FieldKind.Real when double.IsFinite(value.Real):
                json.WriteNumberValue(value.Real);
                break;
            case FieldKind.Bool:
                json.WriteBooleanValue(value.Bool);
                break;
            case FieldKind.Address:
                Span<byte> address = stackalloc byte[IpAddress128.LongestText];
                json.WriteStringValue(address[..IpAddress128.Read(value.Address).Format(address)]);
                break;
            case FieldKind.Texts:
                json.WriteStartArray();
                foreach (var text in value.Texts)
                {
                    json.WriteStringValue(text);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }
}
