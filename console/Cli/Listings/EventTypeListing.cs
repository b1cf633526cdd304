using SensorNet.Console.Display;
using SensorNet.Proto;

namespace SensorNet.Console.Cli.Listings;

/// <summary>The event type table as the command line shows it.</summary>
internal static class EventTypeListing
{
    public static Listing<EventTypeInfo> Listing { get; } = new(
        [
            new("TYPE", t => t.Name),
            new("CATEGORY", t => t.Category),
            new("SEVERITY", t => Words.Of(t.Severity), Style: t => EventListing.Style(t.Severity)),
            new("ALIASES", t => string.Join(", ", t.Aliases)),
        ],
        (json, type) =>
        {
            json.WriteStartObject();
            json.WriteString("type", type.Name);
            json.WriteNumber("number", (int)type.Type);
            json.WriteString("category", type.Category);
            json.WriteString("severity", Words.Of(type.Severity));
            json.Texts("aliases", type.Aliases.ToList());
            json.WriteEndObject();
        },
        Stretch: "ALIASES");
}
