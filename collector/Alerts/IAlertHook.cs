using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>A way to tell somebody outside of an alert: a command, a web hook, syslog.</summary>
internal interface IAlertHook
{
    /// <summary>For the log: what it is and where it goes.</summary>
    string Name { get; }

    /// <summary>Tells once. Throws when it could not; the caller tries again.</summary>
    Task SendAsync(Alert alert, string change, CancellationToken cancellation);
}
