using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>An alert as hooks write it: one line of JSON, the alert's fields beside what has changed.</summary>
internal static class AlertJson
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(false));

    public static string Of(Alert alert, string change) => $$"""{"change":"{{change}}","alert":{{Formatter.Format(alert)}}}""";
}
