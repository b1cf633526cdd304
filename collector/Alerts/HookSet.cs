using Microsoft.Extensions.Logging;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Security;

namespace SensorNet.Collector.Alerts;

/// <summary>The hooks that a configuration asks for.</summary>
internal static class HookSet
{
    /// <returns>Null when none is configured.</returns>
    public static HookQueue? Create(NotifyOptions options, AuditLog audit, TimeProvider clock, ILogger logger)
    {
        var hooks = new List<IHook>();
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

        return hooks.Count == 0 ? null : new HookQueue(hooks, options.Level, HookQueue.DefaultPauses, audit, clock, logger);
    }
}
