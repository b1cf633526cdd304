using System.Text.Json;
using Google.Protobuf;
using SensorNet.Console.Display;

namespace SensorNet.Console.Cli.Listings;

/// <summary>
/// How records write their fields as JSON: absent values are left out, times are ISO 8601 in UTC. The writer's default
/// encoder escapes everything outside ASCII, so that no text from the network reaches a terminal raw here either.
/// </summary>
internal static class JsonFields
{
    public static void Text(this Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    public static void Time(this Utf8JsonWriter json, string name, long nanoseconds)
    {
        if (nanoseconds != 0)
        {
            json.WriteString(name, Times.FromNanoseconds(nanoseconds).UtcDateTime);
        }
    }

    public static void NonZero(this Utf8JsonWriter json, string name, ulong value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }

    public static void Address(this Utf8JsonWriter json, string name, ByteString octets)
    {
        if (octets.Length is 4 or 16)
        {
            json.WriteString(name, Addresses.Of(octets));
        }
    }

    public static void Texts(this Utf8JsonWriter json, string name, IReadOnlyCollection<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    public static void Counts(this Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, ulong>> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
    }
}
