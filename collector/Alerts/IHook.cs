namespace SensorNet.Collector.Alerts;

/// <summary>A way to tell somebody outside: a command, a web hook, syslog.</summary>
internal interface IHook
{
    /// <summary>For the log: what it is and where it goes.</summary>
    string Name { get; }

    /// <summary>Tells once. Throws when it could not; the caller tries again.</summary>
    Task SendAsync(Notice notice, CancellationToken cancellation);
}
