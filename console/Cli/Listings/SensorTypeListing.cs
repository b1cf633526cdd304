using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Which event types a sensor sends.</summary>
internal static class SensorTypeListing
{
    public static Listing<(EventTypeInfo Type, bool Sent)> Listing { get; } = new(
        [
            new("TYPE", row => row.Type.Name),
            new("SENT", row => row.Sent ? "yes" : "no"),
            new("CATEGORY", row => row.Type.Category),
        ],
        (json, row) =>
        {
            json.WriteStartObject();
            json.WriteString("type", row.Type.Name);
            json.WriteBoolean("sent", row.Sent);
            json.WriteString("category", row.Type.Category);
            json.WriteEndObject();
        },
        Stretch: "TYPE");

    /// <summary>Every type with whether this sensor sends it.</summary>
    public static List<(EventTypeInfo Type, bool Sent)> Of(Sensor sensor) =>
        EventTypes.All.Select(type => (type, !sensor.DisabledEventTypes.Contains(type.Name))).ToList();
}
