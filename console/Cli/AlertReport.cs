using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>One alert in full: what, why, the evidence and what people did about it.</summary>
internal static class AlertReport
{
    public static void Write(TextWriter output, GetAlertResponse found)
    {
        var alert = found.Alert;
        output.WriteLine(SafeText.Clean($"{Words.Of(alert.Level).ToUpperInvariant()}  {alert.Title}"));
        output.WriteLine();
        Line(output, "alert", alert.AlertId);
        Line(output, "rule", alert.RuleName.Length > 0 ? $"{alert.RuleName} ({alert.RuleId})" : alert.RuleId);
        Line(output, "state", State(alert));
        Line(output, "muted by", alert.InhibitedBy);
        Line(output, "source", alert.SourceIp.Length > 0 ? alert.SourceIp : string.Join(", ", alert.Sources) + (alert.SourceCount > (ulong)alert.Sources.Count ? $" and {alert.SourceCount - (ulong)alert.Sources.Count} more" : ""));
        Line(output, "user", alert.User);
        Line(output, "host", alert.Host);
        Line(output, "first", Times.IsoMillis(alert.FirstSeen));
        Line(output, "last", Times.IsoMillis(alert.LastSeen));
        Line(output, "events", alert.Count.ToString(CultureInfo.InvariantCulture) + (alert.Approximate ? " (approximately)" : ""));
        Line(output, "why", alert.Why);
        Line(output, "group", string.Join(", ", alert.GroupKey.Select(p => $"{p.Field}={p.Value}")));
        Line(output, "assignee", alert.Assignee);
        Line(output, "note", alert.Note);
        Line(output, "before", alert.PreviousAlertId);
        Line(output, "tags", string.Join(", ", alert.Tags));
        Line(output, "about", alert.Description);
        foreach (var reason in alert.FalsePositives)
        {
            Line(output, "may be", reason);
        }

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"EVIDENCE ({found.Events.Count} of {alert.Count} events)"));
        foreach (var stored in found.Events)
        {
            var e = stored.Event;
            output.WriteLine(SafeText.Clean(
                $"  {Times.IsoMillis(e.EventTime)}  {EventTypes.Get(e.Type).Name}  {EventSummary.Source(e)}  {EventSummary.Who(e)}  {EventSummary.Of(e)}").TrimEnd());
        }

        output.WriteLine();
        output.WriteLine("HISTORY");
        foreach (var change in found.History)
        {
            output.WriteLine(SafeText.Clean($"  {Times.Iso(change.Time)}  {(change.Actor.Length > 0 ? change.Actor : "-")}  {change.What}"));
        }
    }

    public static void WriteJson(Utf8JsonWriter json, GetAlertResponse found)
    {
        json.WriteStartObject();
        AlertListing.WriteFields(json, found.Alert);
        json.WriteStartArray("events");
        foreach (var stored in found.Events)
        {
            EventListing.WriteJson(json, stored);
        }

        json.WriteEndArray();
        json.WriteStartArray("history");
        foreach (var change in found.History)
        {
            json.WriteStartObject();
            json.Time("time", change.Time);
            json.Text("actor", change.Actor);
            json.WriteString("what", change.What);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string State(Alert alert)
    {
        var state = Words.Of(alert.Status);
        if (alert.StatusBy.Length > 0)
        {
            state += $" by {alert.StatusBy} at {Times.Iso(alert.StatusAt)}";
        }

        return alert.DismissedUntil != 0 ? $"{state}, quiet until {Times.Iso(alert.DismissedUntil)}" : state;
    }

    private static void Line(TextWriter output, string name, string value)
    {
        if (value.Length > 0 && value != "-")
        {
            output.WriteLine($"  {name,-9} {SafeText.Clean(value)}");
        }
    }
}
