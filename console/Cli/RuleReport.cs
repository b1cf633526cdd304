using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>One rule, a test of one, or a reload, told in full; for commands and screens alike.</summary>
internal static class RuleReport
{
    public static List<string> Lines(GetRuleResponse found, DateTimeOffset now)
    {
        var rule = found.Rule;
        var lines = new List<string> { $"{Words.Of(rule.Level).ToUpperInvariant()}  {rule.Title}" };
        Line("rule", $"{rule.Name}  {RuleListing.State(rule)}  revision {rule.Revision}");
        Line("when", rule.Condition + (rule.WindowMs > 0 ? $" within {RuleText.Window(rule.WindowMs)}" : "") + (rule.GroupBy.Count > 0 ? $" by {string.Join(", ", rule.GroupBy)}" : ""));
        Line("numbers", RuleText.Of(found.Effective));
        Line("usual", RuleText.Of(found.Defaults) is var usual && usual == RuleText.Of(found.Effective) ? "" : usual);
        Tunings(found.Tunings).ForEach(tuning => Line("tuned", tuning));
        Line("does", rule.RaisesAlerts ? $"raises alerts ({Words.Of(rule.Level)})" : "feeds other rules");
        Line("hits", $"{Figures.Count(rule.Hits1H)} in 1h, {Figures.Count(rule.Hits24H)} in 24h, {Figures.Count(rule.Hits)} since the collector started; last {(rule.LastHit == 0 ? "never" : Times.Age(rule.LastHit, now) + " ago")}");
        Line("by hour", HoursOf(rule));
        if (found.LastChange is { } change)
        {
            Line("changed", $"{Times.Iso(change.Time)} {change.Actor} {change.Operation} {change.Before} -> {change.After} {(change.Comment.Length > 0 ? $"\"{change.Comment}\"" : "")}");
        }

        Line("about", rule.Description);
        Line("cost", string.Create(CultureInfo.InvariantCulture, $"{rule.CostUs:0.00} us for an event it looks at, {rule.CostPercent:0.0}% of what rules cost; {rule.Evaluated:N0} events"));
        rule.FalsePositives.ToList().ForEach(text => Line("may be", text));
        Line("of", string.Join(", ", rule.Rules));
        Line("feeds", string.Join(", ", found.Feeds));
        Line("kind", rule.Kind);
        Line("tags", string.Join(", ", rule.Tags));
        Line("status", rule.Status);
        Line("file", rule.File);
        Line("id", rule.Id);
        rule.References.ToList().ForEach(text => Line("see", text));
        return lines;

        void Line(string name, string value)
        {
            if (value.Trim().Length > 0)
            {
                lines.Add($"  {name,-8} {value.Trim()}");
            }
        }
    }

    /// <summary>"under attack: at least 32 of 30, 2026-... to 2026-...".</summary>
    public static string State(GetCorrelationStateResponse state) =>
        $"{(state.UnderAttack ? "under attack" : "quiet")}: {(state.AtLeast ? "at least " : "")}{Figures.Count(state.Count)} of {Figures.Count(state.Threshold)}"
        + (state.Count == 0 ? "" : $", {Times.Iso(state.FirstSeen)} to {Times.Iso(state.LastSeen)}");

    public static void WriteState(Utf8JsonWriter json, GetCorrelationStateResponse state)
    {
        json.WriteStartObject();
        json.WriteBoolean("under_attack", state.UnderAttack);
        json.WriteNumber("count", state.Count);
        json.WriteBoolean("at_least", state.AtLeast);
        json.WriteNumber("threshold", state.Threshold);
        json.Time("first_seen", state.FirstSeen);
        json.Time("last_seen", state.LastSeen);
        json.WriteEndObject();
    }

    /// <summary>What operators laid over a rule, a line each.</summary>
    public static List<string> Tunings(IEnumerable<RuleTuning> tunings) =>
        [.. tunings.Select(t => $"{(t.Group.Length > 0 ? t.Group + ": " : "")}{RuleText.Of(t.Thresholds)}  by {(t.File.Length > 0 ? t.File : $"{t.Actor} {Times.Iso(t.Time)}")} {t.Comment}".TrimEnd())];

    /// <summary>Firings of the last 24 hours, one character an hour, the newest on the right.</summary>
    public static string HoursOf(Rule rule)
    {
        var most = rule.HitsByHour.DefaultIfEmpty(0UL).Max();
        return most == 0 ? "" : string.Concat(rule.HitsByHour.Select(h => h == 0 ? '.' : "1234567890"[(int)Math.Min(9, h * 9 / most)])) + $"  (most {Figures.Count(most)})";
    }

    /// <summary>The end of a test.</summary>
    public static List<string> Test(TestSummary summary, bool compared)
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{summary.Alerts:N0} alerts{(compared ? $" (now {summary.AlertsNow:N0})" : "")}, {summary.Firings:N0} firings in {summary.Events:N0} events; read in {summary.Seconds:0.0} s"),
        };
        if (summary.MoreSources.Count > 0)
        {
            lines.Add($"also alerted on: {string.Join(", ", summary.MoreSources.Take(10))}{(summary.MoreSources.Count > 10 ? " ..." : "")}");
        }

        if (summary.FewerSources.Count > 0)
        {
            lines.Add($"no longer alerted on: {string.Join(", ", summary.FewerSources.Take(10))}{(summary.FewerSources.Count > 10 ? " ..." : "")}");
        }

        return lines;
    }

    /// <summary>What a reload changed.</summary>
    public static List<string> Reload(ReloadRulesResponse reloaded, bool preview)
    {
        var would = preview ? "would be " : "";
        var lines = new List<string> { $"{reloaded.Added.Count} {would}added, {reloaded.Changed.Count} changed, {reloaded.Removed.Count} removed, {reloaded.Unchanged} unchanged" };
        lines.AddRange(reloaded.Added.Select(name => "+ " + name));
        lines.AddRange(reloaded.Removed.Select(name => "- " + name));
        foreach (var diff in reloaded.Diffs)
        {
            lines.Add("~ " + diff.Rule);
            lines.AddRange(diff.Lines.Select(line => "    " + line));
        }

        lines.AddRange(reloaded.Problems.Select(Problem));
        return lines;
    }

    public static string Problem(RuleProblem problem) =>
        $"{(problem.Warning ? "warning" : "error")}: {problem.File}{(problem.Line > 0 ? $":{problem.Line}:{problem.Column}" : "")}: {problem.Message}";

    public static void WriteJson(Utf8JsonWriter json, GetRuleResponse found)
    {
        json.WriteStartObject();
        RuleListing.WriteFields(json, found.Rule);
        json.Text("numbers", RuleText.Of(found.Effective));
        json.Text("default_numbers", RuleText.Of(found.Defaults));
        json.Texts("feeds", found.Feeds);
        json.WriteStartArray("tunings");
        foreach (var tuning in found.Tunings)
        {
            json.WriteStartObject();
            json.Text("group", tuning.Group);
            json.WriteString("numbers", RuleText.Of(tuning.Thresholds));
            json.Text("actor", tuning.Actor);
            json.Time("time", tuning.Time);
            json.Text("comment", tuning.Comment);
            json.Text("file", tuning.File);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Text("yaml", found.Yaml);
        json.WriteEndObject();
    }

    public static void WriteTest(Utf8JsonWriter json, (TestSummary Summary, List<Alert> Alerts) test)
    {
        json.WriteStartObject();
        json.WriteNumber("events", test.Summary.Events);
        json.WriteNumber("firings", test.Summary.Firings);
        json.WriteNumber("alerts", test.Summary.Alerts);
        json.WriteNumber("alerts_now", test.Summary.AlertsNow);
        json.Texts("more_sources", test.Summary.MoreSources);
        json.Texts("fewer_sources", test.Summary.FewerSources);
        json.WriteNumber("seconds", Math.Round(test.Summary.Seconds, 3));
        json.WriteStartArray("found");
        test.Alerts.ForEach(alert => AlertListing.WriteJson(json, alert));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteReload(Utf8JsonWriter json, ReloadRulesResponse reloaded)
    {
        json.WriteStartObject();
        json.Texts("added", reloaded.Added);
        json.Texts("changed", reloaded.Changed);
        json.Texts("removed", reloaded.Removed);
        json.WriteNumber("unchanged", reloaded.Unchanged);
        json.WriteStartArray("problems");
        foreach (var problem in reloaded.Problems)
        {
            RuleChangeListing.WriteProblem(json, problem);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
