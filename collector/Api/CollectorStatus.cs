using System.Reflection;
using SensorNet.Collector.Alerts;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Sensors;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>The collector in figures, for the console's first screen and for monitoring. Thread-safe.</summary>
internal sealed class CollectorStatus(EventStore store, CommitLoop loop, SensorDirectory sensors, AlertReader alerts, RuleBook ruleBook, CollectorIdentity identity, TimeProvider clock)
{
    private static readonly ListAlertsRequest Open = new() { Statuses = { AlertStatus.Active, AlertStatus.Acknowledged }, Limit = 100_000 };

    private readonly long _started = Nanoseconds(clock.GetUtcNow());
    private readonly Lock _lock = new();
    private long _rateTimestamp = clock.GetTimestamp();
    private long _rateEvents;
    private double _rate;

    public static string Version { get; } =
        typeof(CollectorStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <param name="scope">What the asker may see, null for everything: counts of other hosts are left out.</param>
    public GetStatusResponse Get(HostScope? scope = null)
    {
        var known = sensors.List().Where(sensor => scope is null || scope.SeesSensor(sensor.Id)).ToList();
        var stored = store.Status();
        var rules = ruleBook.List();
        var response = new GetStatusResponse
        {
            CollectorId = identity.Id,
            Version = Version,
            Started = _started,
            Events = scope is null ? (ulong)stored.Events : 0,
            EventsPerS = scope is null ? Rate() : 0,
            StoreBytes = (ulong)stored.Bytes,
            DiskFreeBytes = (ulong)stored.FreeBytes,
            DiskTotalBytes = (ulong)stored.TotalBytes,
            SensorsUp = (uint)known.Count(s => s.State == "up"),
            SensorsTotal = (uint)known.Count(s => s.State != "revoked"),
            RulesEnabled = (uint)rules.Count(r => r.Enabled),
            RulesTotal = (uint)rules.Count,
            CommitP99Us = (ulong)loop.Latency.Percentile(0.99),
            OldestEvent = stored.OldestEvent,
            NewestEvent = stored.NewestEvent,
            Time = Nanoseconds(clock.GetUtcNow()),
            ReadOnly = loop.Unavailable is not null,
            ReadOnlyReason = loop.Unavailable ?? (stored.Damage.Count > 0 ? $"{stored.Damage.Count} damaged blocks; `sensornet-collector verify` says which" : ""),
        };
        foreach (var level in alerts.List(Open).Where(alert => scope is null || scope.Sees(alert)).GroupBy(a => a.Level))
        {
            response.OpenAlerts[level.Key.ToString().ToLowerInvariant()] = (ulong)level.Count();
        }

        return response;
    }

    private static long Nanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;

    // Events per second since the last question that was at least a second ago.
    private double Rate()
    {
        lock (_lock)
        {
            var elapsed = clock.GetElapsedTime(_rateTimestamp).TotalSeconds;
            if (elapsed >= 1)
            {
                var events = loop.Counters.Events;
                _rate = (events - _rateEvents) / elapsed;
                (_rateTimestamp, _rateEvents) = (clock.GetTimestamp(), events);
            }

            return _rate;
        }
    }
}
