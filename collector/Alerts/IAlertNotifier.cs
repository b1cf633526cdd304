using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>Somebody outside who is told of alerts. Must return at once; called after the alert is durable.</summary>
internal interface IAlertNotifier
{
    /// <param name="alert">A copy.</param>
    /// <param name="change">new, level, count or status.</param>
    void Notify(Alert alert, string change);
}
