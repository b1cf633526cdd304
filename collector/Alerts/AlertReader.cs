using System.Runtime.CompilerServices;
using System.Text;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>Reading alerts for the API: from the store, so that only what is durable is ever shown. Thread-safe.</summary>
internal sealed class AlertReader(IStoreReader store, AlertWatchers watchers, AuditLog audit)
{
    private const uint DefaultLimit = 1000;

    /// <summary>Alerts that meet the request, those seen last first.</summary>
    public IReadOnlyList<Alert> List(ListAlertsRequest request)
    {
        var limit = (int)Math.Min(request.Limit == 0 ? DefaultLimit : request.Limit, 100_000);
        return [.. All().Where(a => Matches(a, request)).OrderByDescending(a => a.LastSeen).ThenBy(a => a.AlertId, StringComparer.Ordinal).Take(limit)];
    }

    /// <summary>The alert, or null. A unique beginning of its id, of at least 6 characters, will do.</summary>
    public Alert? Get(string id)
    {
        if (store.Get(Table.Alerts, Encoding.UTF8.GetBytes(id)) is { } value)
        {
            return Alert.Parser.ParseFrom(value);
        }

        if (id.Length < 6)
        {
            return null;
        }

        var candidates = store.Scan(Table.Alerts, Encoding.UTF8.GetBytes(id)).Take(2).ToList();
        return candidates.Count == 1 ? Alert.Parser.ParseFrom(candidates[0].Value) : null;
    }

    /// <summary>What people did about it, oldest first.</summary>
    public IReadOnlyList<AlertChange> History(string id)
    {
        var changes = audit.List()
            .Where(e => e.Change is { ClassName: "alert" } change && change.ObjectId == id)
            .Take(1000)
            .Select(e => new AlertChange { Time = e.Time, Actor = e.Actor, What = $"{e.Change.Operation}: {e.Change.After}" })
            .ToList();
        changes.Reverse();
        return changes;
    }

    /// <summary>
    /// The positions of the evidence that is known: the first ten and the last ten events, oldest first.
    /// </summary>
    public static IReadOnlyList<ulong> EvidenceOf(Alert alert) => [.. alert.FirstEvents.Concat(alert.LastEvents).Distinct().Order()];

    /// <summary>
    /// Every change from now on; first the open alerts when asked for. Between the two nothing is missed; an alert that
    /// changes meanwhile may come twice with the same revision. Of an alert's counts the reader may see only the newest.
    /// </summary>
    /// <exception cref="TooSlowException">The caller reads too slowly and must start again.</exception>
    public async IAsyncEnumerable<WatchAlertsResponse> WatchAsync(WatchAlertsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var changes = watchers.Add();
        try
        {
            if (request.IncludeOpen)
            {
                foreach (var alert in All().Where(a => a.Status is AlertStatus.Active or AlertStatus.Acknowledged && a.Level >= request.MinLevel).OrderBy(a => a.LastSeen))
                {
                    yield return new WatchAlertsResponse { Alert = alert, Change = "new" };
                }
            }

            yield return new WatchAlertsResponse { CaughtUp = true };
            while (await changes.WaitToReadAsync(cancellation))
            {
                while (changes.TryRead(out var change))
                {
                    if (change.Alert.Level >= request.MinLevel)
                    {
                        yield return change;
                    }
                }
            }
        }
        finally
        {
            watchers.Remove(changes);
        }
    }

    /// <summary>Every alert that is stored, in no order.</summary>
    public IEnumerable<Alert> All() => store.Scan(Table.Alerts, ReadOnlyMemory<byte>.Empty).Select(r => Alert.Parser.ParseFrom(r.Value));

    private static bool Matches(Alert alert, ListAlertsRequest request) =>
        (request.Statuses.Count == 0 || request.Statuses.Contains(alert.Status))
        && alert.Level >= request.MinLevel
        && (request.Time is null
            || ((request.Time.From == 0 || alert.LastSeen >= request.Time.From) && (request.Time.To == 0 || alert.LastSeen < request.Time.To)))
        && (request.SourceIp.Length == 0 || alert.SourceIp == request.SourceIp || alert.Sources.Contains(request.SourceIp))
        && (request.Rule.Length == 0 || alert.RuleId == request.Rule || alert.RuleName.Equals(request.Rule, StringComparison.OrdinalIgnoreCase))
        && (request.Host.Length == 0 || alert.Host.Equals(request.Host, StringComparison.OrdinalIgnoreCase));
}
