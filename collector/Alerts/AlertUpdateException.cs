namespace SensorNet.Collector.Alerts;

/// <summary>An operator's change of an alert that cannot be made.</summary>
internal sealed class AlertUpdateException(AlertRefusal refusal, string message) : Exception(message)
{
    public AlertRefusal Refusal => refusal;
}
