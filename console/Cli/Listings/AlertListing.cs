using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Alerts as the command line shows them.</summary>
internal static class AlertListing
{
    public static Listing<Alert> Listing { get; } = new(
        [
            new("LEVEL", a => Words.Of(a.Level), Style: a => Style(a.Level)),
            new("STATE", Words.Of, Priority: 3),
            new("ALERT", a => a.Title.Length > 0 ? a.Title : a.RuleName),
            new("RULE", a => a.RuleName.Length > 0 ? a.RuleName : a.RuleId, Priority: 6),
            new("SOURCE", a => AlertSource.Of(a, named: 3), OnTerminal: a => AlertSource.Of(a)),
            new("USER", a => Or(a.User), Priority: 4),
            new("HOST", a => Or(a.Host), Priority: 5),
            new("FIRST", a => Times.Iso(a.FirstSeen), Priority: 7),
            new("LAST", a => Times.Iso(a.LastSeen), Priority: 2),
            new("COUNT", a => a.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), Right: true),
            new("ID", a => a.AlertId, Short: 8),
        ],
        WriteJson,
        Stretch: "ALERT");

    /// <summary>Spectre's style for a level.</summary>
    public static string? Style(AlertLevel level) => level switch
    {
        AlertLevel.Critical => "bold white on red",
        AlertLevel.High => "bold red",
        AlertLevel.Medium => "yellow",
        AlertLevel.Low => "blue",
        _ => null,
    };

    public static void WriteJson(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartObject();
        WriteFields(json, alert);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, Alert alert)
    {
        json.WriteString("alert_id", alert.AlertId);
        json.WriteString("level", Words.Of(alert.Level));
        json.WriteString("state", Words.Of(alert.Status));
        json.WriteString("title", alert.Title);
        json.Text("rule", alert.RuleName);
        json.Text("rule_id", alert.RuleId);
        json.Time("first_seen", alert.FirstSeen);
        json.Time("last_seen", alert.LastSeen);
        json.Time("created_at", alert.CreatedAt);
        json.WriteNumber("count", alert.Count);
        json.Text("source_ip", alert.SourceIp);
        if (alert.Sources.Count > 0)
        {
            json.WriteStartArray("sources");
            foreach (var source in alert.Sources)
            {
                json.WriteStringValue(source);
            }

            json.WriteEndArray();
            json.NonZero("source_count", alert.SourceCount);
        }

        json.Text("user", alert.User);
        json.Text("host", alert.Host);
        json.WriteStartObject("group_key");
        foreach (var part in alert.GroupKey.DistinctBy(p => p.Field))
        {
            json.WriteString(part.Field, part.Value);
        }

        json.WriteEndObject();
        json.Text("why", alert.Why);
        json.NonZero("window_ms", alert.WindowMs);
        json.Text("assignee", alert.Assignee);
        json.Text("note", alert.Note);
        json.Text("state_by", alert.StatusBy);
        json.Time("state_at", alert.StatusAt);
        json.Time("dismissed_until", alert.DismissedUntil);
        json.Text("incident_id", alert.IncidentId);
        json.Text("inhibited_by", alert.InhibitedBy);
        json.Text("previous_alert_id", alert.PreviousAlertId);
        json.WriteNumber("revision", alert.Revision);
        json.Texts("tags", alert.Tags);
        json.Text("description", alert.Description);
        json.Texts("false_positives", alert.FalsePositives);
        if (alert.Approximate)
        {
            json.WriteBoolean("approximate", true);
        }
    }

    private static string Or(string text) => text.Length > 0 ? text : "-";
}
