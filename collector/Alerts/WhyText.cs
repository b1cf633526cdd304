using System.Globalization;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>The sentence that says why an alert fired, with the numbers.</summary>
internal static class WhyText
{
    /// <summary>Of a rule on single events: what the event said.</summary>
    public static string Of(Alert alert, Event e)
    {
        var said = e.Message.Length > 0 ? $": {Cut(e.Message, 200)}" : "";
        return $"{SensorNet.Proto.EventTypes.Get(e.Type).Name}{About(alert)}{said}";
    }

    /// <summary>Of a correlation: how much of what, in which time, for whom.</summary>
    public static string Of(SigmaCorrelation written, string kind, Alert alert, double value, AlertSources sources)
    {
        var about = About(alert);
        var span = TimespanText.Format(written.Timespan);
        var what = string.Join(" or ", written.Rules);
        var text = written.Type switch
        {
            CorrelationType.EventCount => Invariant($"{value} of {written.Condition} {what} in {span}{about}"),
            CorrelationType.ValueCount => Invariant($"{value} of {written.Condition} different {string.Join("+", written.Fields)} in {what} in {span}{about}"),
            CorrelationType.Temporal => $"{string.Join(" and ", written.Rules)} within {span}{about}",
            CorrelationType.TemporalOrdered => $"{string.Join(", then ", written.Rules)} within {span}{about}",
            _ => Invariant($"{kind} of {written.Fields[0]} is {value:0.##}, {written.Condition}, in {span}{about}"),
        };
        return sources.Count > 1 ? text + SourceText(sources) : text;
    }

    private static string About(Alert alert) =>
        alert.GroupKey.Count == 0 ? "" : $" for {string.Join(", ", alert.GroupKey.Select(p => $"{p.Field}={p.Value}"))}";

    private static string SourceText(AlertSources sources)
    {
        var named = string.Join(", ", sources.Newest.Take(5).Select(AlertSubject.AddressText));
        return Invariant($", from {sources.Count} sources: {named}{(sources.Count > 5 ? " ..." : "")}");
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "...";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
