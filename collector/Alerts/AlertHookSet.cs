using Microsoft.Extensions.Logging;
using SensorNet.Collector.Configuration;

namespace SensorNet.Collector.Alerts;

/// <summary>The hooks that a configuration asks for.</summary>
internal static class AlertHookSet
{
    /// <returns>Null when none is configured.</returns>
    public static AlertHooks? Create(NotifyOptions options, TimeProvider clock, ILogger logger)
    {
        var hooks = new List<IAlertHook>();
        if (options.Command.Length > 0)
        {
            hooks.Add(new CommandHook(options.Command));
        }

        if (options.WebHook is { } address)
        {
            hooks.Add(new WebHook(new HttpClient { Timeout = Timeout.InfiniteTimeSpan }, address, options.WebHookSecret));
        }

        if (options.Syslog is { Host.Length: > 0 } syslog)
        {
            hooks.Add(new SyslogHook(syslog.Host, syslog.Port));
        }

        return hooks.Count == 0 ? null : new AlertHooks(hooks, options.Level, AlertHooks.DefaultPauses, clock, logger);
    }
}
