using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using SensorNet.Proto;
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

    public static void Write(Event e, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("@timestamp", Rfc3339(e.EventTime));
        foreach (var field in EventFields.All)
        {
            var value = field.Get(e);
            if (value.Exists)
            {
                json.WritePropertyName(field.Name);
                WriteValue(json, value);
            }
        }

        foreach (var (name, text) in e.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            json.WriteString("attributes." + name, text);
        }

        json.WriteEndObject();
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
                json.WriteStringValue(new IPAddress(value.Address).ToString());
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
