using System.Globalization;
using Google.Protobuf;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>What hooks are told: news of an alert, or a source that is to be blocked or no longer.</summary>
/// <param name="Change">new, count, level; block, unblock.</param>
/// <param name="Id">The alert's id; of a block the entry's value.</param>
/// <param name="Level">Only an alert's; a block has none and is always told.</param>
/// <param name="Json">Everything, as one line of JSON.</param>
/// <param name="Text">In one sentence.</param>
internal sealed record Notice(string Change, string Id, AlertLevel Level, string Json, string Text)
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(false));

    public string Rule { get; private init; } = "";

    public string SourceIp { get; private init; } = "";

    public string User { get; private init; } = "";

    public string Host { get; private init; } = "";

    public string Actor { get; private init; } = "";

    /// <summary>For a block: seconds from now; 0: for good.</summary>
    public long Seconds { get; private init; }

    public static Notice Of(Alert alert, string change) => new(
        change,
        alert.AlertId,
        alert.Level,
        $$"""{"change":"{{change}}","alert":{{Formatter.Format(alert)}}}""",
        string.Create(CultureInfo.InvariantCulture, $"{alert.Title}: {alert.Why} (level={RuleLevel.Name(alert.Level)} rule={alert.RuleName} source={alert.SourceIp} count={alert.Count} change={change})"))
    {
        Rule = alert.RuleName,
        SourceIp = alert.SourceIp,
        User = alert.User,
        Host = alert.Host,
    };

    public static Notice OfBlock(ListEntry entry, bool blocked, string actor)
    {
        var change = blocked ? "block" : "unblock";
        return new Notice(
            change,
            entry.Value,
            AlertLevel.Unspecified,
            $$"""{"change":"{{change}}","entry":{{Formatter.Format(entry)}}}""",
            $"{change} {entry.Value} by {actor}{(entry.Comment.Length > 0 ? $": {entry.Comment}" : "")}")
        {
            SourceIp = entry.Value,
            Actor = actor,
            Seconds = blocked && entry.Expires != 0 ? Math.Max(1, (entry.Expires - entry.Created) / 1_000_000_000) : 0,
        };
    }
}
