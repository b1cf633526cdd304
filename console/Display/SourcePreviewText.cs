using System.Text.Json;
using SensorNet.Console.Cli.Listings;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>What blocking a source would hit, in words.</summary>
internal static class SourcePreviewText
{
    /// <summary>The whole of it, a few lines.</summary>
    public static List<string> Lines(string source, PreviewSourceResponse preview)
    {
        var least = preview.Truncated ? "at least " : "";
        var lines = new List<string>
        {
            $"last 24h: {least}{Figures.Count(preview.CallsAnswered)} answered calls, {Figures.Count(preview.CallsActive)} now; {Figures.Count(preview.Registrations)} registrations",
            $"{least}{Figures.Count(preview.Events)} events, {Figures.Count(preview.FailedAuthentications)} failed and {Figures.Count(preview.SuccessfulLogins)} good logins, {Figures.Count(preview.OpenAlerts)} open alerts",
        };
        if (preview.Sources > 1)
        {
            lines.Add($"{source} covers {Figures.Count(preview.Sources)} addresses that were seen");
        }

        if (preview.Aors.Count > 0)
        {
            lines.Add("registered there: " + string.Join(", ", preview.Aors.Take(5)) + (preview.Aors.Count > 5 ? " ..." : ""));
        }

        lines.AddRange(preview.Entries.Take(3).Select(e => $"on list {e.List} as {e.Value} {e.Comment}".TrimEnd()));
        if (preview.PrivateRange)
        {
            lines.Add("in a private range");
        }

        lines.AddRange(preview.Warnings.Select(w => "WARNING: " + w));
        return lines;
    }

    public static void WriteJson(Utf8JsonWriter json, PreviewSourceResponse preview)
    {
        json.WriteStartObject();
        json.WriteNumber("events", preview.Events);
        json.WriteNumber("calls", preview.Calls);
        json.WriteNumber("calls_answered", preview.CallsAnswered);
        json.WriteNumber("calls_active", preview.CallsActive);
        json.WriteNumber("registrations", preview.Registrations);
        json.Texts("aors", preview.Aors);
        json.WriteNumber("failed_authentications", preview.FailedAuthentications);
        json.WriteNumber("successful_logins", preview.SuccessfulLogins);
        json.Time("first_seen", preview.FirstSeen);
        json.Time("last_seen", preview.LastSeen);
        json.Texts("hosts", preview.Hosts);
        json.WriteNumber("sources", preview.Sources);
        json.WriteNumber("open_alerts", preview.OpenAlerts);
        json.WriteBoolean("private_range", preview.PrivateRange);
        json.Texts("warnings", preview.Warnings);
        json.WriteBoolean("truncated", preview.Truncated);
        json.WriteStartArray("entries");
        foreach (var entry in preview.Entries)
        {
            NamedListListing.WriteEntry(json, entry);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
