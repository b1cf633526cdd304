using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>One incident told in full, and why an alert fired; for commands and screens alike.</summary>
internal static class IncidentReport
{
    public static List<string> Lines(GetIncidentResponse found)
    {
        var incident = found.Incident;
        var lines = new List<string> { $"{Words.Of(incident.Level).ToUpperInvariant()}  {incident.Title}", "" };
        Line("incident", incident.IncidentId);
        Line("about", $"{incident.Kind} {incident.Subject}");
        Line("state", Words.Of(incident.Status));
        Line("alerts", string.Create(CultureInfo.InvariantCulture, $"{incident.OpenCount} open of {incident.AlertCount}, {incident.Events:N0} events"));
        Line("seen", $"{Times.Iso(incident.FirstSeen)} to {Times.Iso(incident.LastSeen)}");
        Line("hosts", string.Join(", ", incident.Hosts));
        Line("sources", string.Join(", ", incident.Sources));
        Line("rules", string.Join(", ", incident.Rules));
        Line("owner", incident.Assignee);
        lines.Add("");
        lines.Add("ALERTS");
        lines.AddRange(found.Alerts.Select(a => $"  {Words.Letter(a.Level)} {Words.Short(a),-4} {Times.Iso(a.FirstSeen)}  {a.Title}  {AlertSource.Of(a)}  {Figures.Count(a.Count)} events  {a.AlertId[..Math.Min(8, a.AlertId.Length)]}"));
        lines.Add("");
        lines.Add("TIMELINE");
        lines.AddRange(found.Timeline.Select(Moment).Select(line => "  " + line));
        return lines;

        void Line(string name, string value)
        {
            if (value.Trim().Length > 0)
            {
                lines.Add($"  {name,-9} {value.Trim()}");
            }
        }
    }

    /// <summary>One thing that happened, in a line.</summary>
    public static string Moment(IncidentMoment moment)
    {
        var who = moment.Kind switch
        {
            "event" => moment.EventType == EventType.Unspecified ? "event" : EventTypes.Get(moment.EventType).Name,
            "change" => moment.Actor.Length > 0 ? moment.Actor : "collector",
            _ => moment.Kind,
        };
        return $"{Times.Iso(moment.Time)}  {who}  {(moment.Kind is "raised" ? moment.RuleName + "  " : "")}{moment.Text}  {moment.Host}".TrimEnd();
    }

    /// <summary>Why an alert fired: the condition, the window that met it, and each event's part in it.</summary>
    public static List<string> Explain(ExplainAlertResponse explained)
    {
        var alert = explained.Alert;
        var lines = new List<string>
        {
            alert.Title,
            "",
            $"rule     {alert.RuleName}  {explained.Kind}",
            $"needs    {explained.Condition}{(explained.WindowMs > 0 ? $" within {RuleText.Window(explained.WindowMs)}" : "")}",

            // A temporal rule may be content with some of its parts ("a and (b or c)").
            explained.Kind.StartsWith("temporal", StringComparison.Ordinal)
                ? string.Create(CultureInfo.InvariantCulture, $"reached  {explained.Value:0.##} of its {explained.Threshold:0.##} parts")
                : string.Create(CultureInfo.InvariantCulture, $"reached  {explained.Value:0.##} where {explained.Threshold:0.##} was needed"),
            $"window   {Times.IsoMillis(explained.WindowFrom)} to {Times.IsoMillis(explained.WindowTo)}",
            $"key      {string.Join(", ", alert.GroupKey.Select(p => $"{p.Field}={p.Value}"))}",
        };
        if (explained.Remark.Length > 0)
        {
            lines.Add("note     " + explained.Remark);
        }

        lines.Add("");
        lines.Add("EVENTS  (* lies in the window that met the condition; the number is the count up to it)");
        foreach (var part in explained.Events)
        {
            var e = part.Event?.Event ?? new Event();
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{(part.InWindow ? '*' : ' ')} {(part.Running > 0 ? part.Running.ToString(CultureInfo.InvariantCulture) : ""),5}  {Times.ClockMillis(e.EventTime)}  {part.Rule}  {EventSummary.Source(e)}  {EventSummary.Who(e)}"));
            lines.AddRange(part.Met.Select(met => "           " + met));
            if (part.Values.Count > 0)
            {
                lines.Add("           counts " + string.Join(", ", part.Values.Select(v => $"{v.Field}={v.Value}")));
            }
        }

        return lines;
    }

    public static void WriteJson(Utf8JsonWriter json, GetIncidentResponse found)
    {
        json.WriteStartObject();
        IncidentListing.WriteFields(json, found.Incident);
        json.WriteStartArray("details");
        foreach (var alert in found.Alerts)
        {
            AlertListing.WriteJson(json, alert);
        }

        json.WriteEndArray();
        json.WriteStartArray("timeline");
        foreach (var moment in found.Timeline)
        {
            json.WriteStartObject();
            json.Time("time", moment.Time);
            json.WriteString("kind", moment.Kind);
            json.Text("alert_id", moment.AlertId);
            json.Text("rule", moment.RuleName);
            json.Text("actor", moment.Actor);
            json.Text("text", moment.Text);
            json.Text("host", moment.Host);
            json.NonZero("position", moment.Position);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteExplanation(Utf8JsonWriter json, ExplainAlertResponse explained)
    {
        json.WriteStartObject();
        json.WriteString("alert_id", explained.Alert.AlertId);
        json.WriteString("rule", explained.Alert.RuleName);
        json.WriteString("kind", explained.Kind);
        json.WriteString("condition", explained.Condition);
        json.NonZero("window_ms", explained.WindowMs);
        json.Time("window_from", explained.WindowFrom);
        json.Time("window_to", explained.WindowTo);
        json.WriteNumber("value", explained.Value);
        json.WriteNumber("threshold", explained.Threshold);
        json.Text("remark", explained.Remark);
        json.WriteStartArray("events");
        foreach (var part in explained.Events)
        {
            json.WriteStartObject();
            json.NonZero("position", part.Event?.Position ?? 0);
            json.Time("time", part.Event?.Event?.EventTime ?? 0);
            json.WriteString("rule", part.Rule);
            json.WriteBoolean("in_window", part.InWindow);
            json.NonZero("running", part.Running);
            json.Texts("met", part.Met);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
