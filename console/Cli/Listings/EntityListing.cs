using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Sources, users and hosts as the command line shows them.</summary>
internal static class EntityListing
{
    public static Listing<Entity> Listing { get; } = new(
        [
            new("ID", e => e.Id),
            new("KIND", e => e.Kind, Priority: 4),
            new("EVENTS", e => e.Events.ToString(CultureInfo.InvariantCulture), Right: true),
            new("FAILURES", e => EntityFigures.Failures(e).ToString(CultureInfo.InvariantCulture), Right: true),
            new("ALERTS", e => e.AlertIds.Count.ToString(CultureInfo.InvariantCulture), Right: true),
            new("FIRST", e => Times.Iso(e.FirstSeen), Priority: 3),
            new("LAST", e => Times.Iso(e.LastSeen), Priority: 1),
            new("HOSTS", e => e.Hosts.Count == 0 ? "-" : string.Join(',', e.Hosts), Priority: 2),
            new("USER-AGENTS", e => e.UserAgents.Count == 0 ? "-" : string.Join(", ", e.UserAgents), Priority: 5),
        ],
        WriteJson,
        Stretch: "USER-AGENTS");

    public static void WriteJson(Utf8JsonWriter json, Entity entity)
    {
        json.WriteStartObject();
        WriteFields(json, entity);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, Entity entity)
    {
        json.WriteString("kind", entity.Kind);
        json.WriteString("id", entity.Id);
        json.Time("first_seen", entity.FirstSeen);
        json.Time("last_seen", entity.LastSeen);
        json.WriteNumber("events", entity.Events);
        json.WriteNumber("failures", EntityFigures.Failures(entity));
        json.Counts("counts", entity.Counts);
        json.Texts("alert_ids", entity.AlertIds);
        json.Texts("hosts", entity.Hosts);
        json.Texts("user_agents", entity.UserAgents);
    }
}
