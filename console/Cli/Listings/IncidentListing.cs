using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Incidents as the command line shows them.</summary>
internal static class IncidentListing
{
    public static Listing<Incident> Listing { get; } = new(
        [
            new("LEVEL", i => Words.Of(i.Level), Style: i => AlertListing.Style(i.Level)),
            new("STATE", i => Words.Of(i.Status)),
            new("INCIDENT", i => i.Title),
            new("KIND", i => i.Kind, Priority: 3),
            new("SUBJECT", i => i.Subject),
            new("ALERTS", Alerts, Right: true),
            new("EVENTS", i => i.Events.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 1),
            new("HOSTS", i => i.Hosts.Count == 0 ? "-" : string.Join(',', i.Hosts), Priority: 4),
            new("FIRST", i => Times.Iso(i.FirstSeen), Priority: 5),
            new("LAST", i => Times.Iso(i.LastSeen), Priority: 2),
            new("OWNER", i => i.Assignee.Length > 0 ? i.Assignee : "-", Priority: 6),
            new("ID", i => i.IncidentId, Short: 8),
        ],
        WriteJson,
        Stretch: "INCIDENT");

    /// <summary>Open ones of all: <c>2/5</c>.</summary>
    public static string Alerts(Incident incident) => string.Create(CultureInfo.InvariantCulture, $"{incident.OpenCount}/{incident.AlertCount}");

    public static void WriteJson(Utf8JsonWriter json, Incident incident)
    {
        json.WriteStartObject();
        WriteFields(json, incident);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, Incident incident)
    {
        json.WriteString("incident_id", incident.IncidentId);
        json.WriteString("title", incident.Title);
        json.WriteString("level", Words.Of(incident.Level));
        json.WriteString("state", Words.Of(incident.Status));
        json.Text("kind", incident.Kind);
        json.Text("subject", incident.Subject);
        json.Time("first_seen", incident.FirstSeen);
        json.Time("last_seen", incident.LastSeen);
        json.WriteNumber("alerts", incident.AlertCount);
        json.WriteNumber("open_alerts", incident.OpenCount);
        json.WriteNumber("events", incident.Events);
        json.Text("assignee", incident.Assignee);
        json.Texts("hosts", incident.Hosts);
        json.Texts("rules", incident.Rules);
        json.Texts("sources", incident.Sources);
        json.Texts("alert_ids", incident.AlertIds);
    }
}
