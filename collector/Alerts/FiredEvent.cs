using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>The event that says that an alert was raised, so that rules can correlate alerts of any rule.</summary>
internal static class FiredEvent
{
    public static Event Of(Alert alert, Event cause)
    {
        var fired = new Event
        {
            Type = EventType.AlertFired,
            Severity = SeverityOf(alert.Level),
            EventTime = alert.LastSeen,
            SensorTime = alert.CreatedAt,
            Host = alert.Host,
            User = alert.User,
            LogSource = LogSource.Collector,
            Synthetic = cause.Synthetic,
            Message = $"{alert.Title}: {alert.Why}",
            Alert = new FiredAlert { AlertId = alert.AlertId, RuleId = alert.RuleId, RuleName = alert.RuleName, Level = RuleLevel.Name(alert.Level) },
        };
        if (alert.SourceIp.Length > 0 && System.Net.IPAddress.TryParse(alert.SourceIp, out var address))
        {
            fired.SourceIp = Google.Protobuf.ByteString.CopyFrom(address.GetAddressBytes());
        }

        if (cause.Aor.Length > 0 && (cause.User == alert.User || cause.Aor == alert.User))
        {
            fired.Aor = cause.Aor;
        }

        return fired;
    }

    /// <summary>How alert levels show in stored events.</summary>
    public static Severity SeverityOf(AlertLevel level) => level switch
    {
        AlertLevel.Critical => Severity.Critical,
        AlertLevel.High => Severity.Error,
        AlertLevel.Medium or AlertLevel.Low => Severity.Warning,
        _ => Severity.Info,
    };
}
