using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Rules as the command line shows them.</summary>
internal static class RuleListing
{
    public static Listing<Rule> Listing { get; } = new(
        [
            new("STATE", r => State(r)),
            new("LEVEL", r => Words.Of(r.Level), Style: r => AlertListing.Style(r.Level)),
            new("RULE", r => r.Name.Length > 0 ? r.Name : r.Id),
            new("TITLE", r => r.Title),
            new("KIND", r => r.Kind, Priority: 3),
            new("BY", r => r.GroupBy.Count == 0 ? "-" : string.Join(',', r.GroupBy), Priority: 4),
            new("THRESHOLD", RuleText.Threshold),
            new("1H", r => r.Hits1H.ToString(CultureInfo.InvariantCulture), Right: true),
            new("24H", r => r.Hits24H.ToString(CultureInfo.InvariantCulture), Right: true),
            new("HITS", r => r.Hits.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 6),
            new("US/EV", r => r.CostUs.ToString("0.00", CultureInfo.InvariantCulture), Right: true, Priority: 4),
            new("REV", r => r.Revision.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 5),
            new("LAST HIT", r => Times.Iso(r.LastHit), Priority: 1),
            new("ID", r => r.Id, Priority: 5),
        ],
        WriteJson,
        Stretch: "TITLE");

    /// <summary>on, off or dry (evaluated, raising nothing).</summary>
    public static string State(Rule rule) => !rule.Enabled ? "off" : rule.DryRun ? "dry" : "on";

    public static void WriteJson(Utf8JsonWriter json, Rule rule)
    {
        json.WriteStartObject();
        WriteFields(json, rule);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, Rule rule)
    {
        json.WriteString("id", rule.Id);
        json.WriteString("name", rule.Name);
        json.WriteString("title", rule.Title);
        json.WriteString("level", Words.Of(rule.Level));
        json.Text("kind", rule.Kind);
        json.WriteBoolean("enabled", rule.Enabled);
        json.WriteBoolean("dry_run", rule.DryRun);
        json.Text("condition", rule.Condition);
        json.Texts("group_by", rule.GroupBy);
        json.NonZero("window_ms", rule.WindowMs);
        json.WriteNumber("hits", rule.Hits);
        json.Time("last_hit", rule.LastHit);
        json.WriteNumber("evaluated", rule.Evaluated);
        json.Texts("tags", rule.Tags);
        json.Text("description", rule.Description);
        json.Text("file", rule.File);
        json.WriteNumber("hits_1h", rule.Hits1H);
        json.WriteNumber("hits_24h", rule.Hits24H);
        json.WriteNumber("cost_us", Math.Round(rule.CostUs, 3));
        json.WriteNumber("cost_percent", Math.Round(rule.CostPercent, 2));
        json.WriteBoolean("raises_alerts", rule.RaisesAlerts);
        json.WriteNumber("revision", rule.Revision);
        json.WriteBoolean("tuned", rule.Tuned);
        json.Texts("rules", rule.Rules);
        json.Texts("references", rule.References);
        json.Texts("false_positives", rule.FalsePositives);
        json.Text("status", rule.Status);
    }
}
