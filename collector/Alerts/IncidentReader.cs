using System.Runtime.CompilerServices;
using System.Text;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Incidents as a caller may see them: each made anew from those of its alerts that are in the caller's scope. Thread-safe.
/// </summary>
internal sealed class IncidentReader(IStoreReader store, AlertReader alerts, AlertWatchers watchers, AuditLog audit)
{
    private const int DefaultLimit = 1000;
    private const int NamedAlerts = 1000;
    private const int NamedSources = 10;
    private const int LongestTimeline = 5000;

    /// <summary>Those that meet the request, seen last first.</summary>
    public IReadOnlyList<Incident> List(ListIncidentsRequest request, HostScope? scope)
    {
        var limit = (int)Math.Min(request.Limit == 0 ? DefaultLimit : request.Limit, 100_000);
        return
        [
            .. alerts.All()
                .Where(a => a.IncidentId.Length > 0 && (scope is null || scope.Sees(a)))
                .GroupBy(a => a.IncidentId, StringComparer.Ordinal)
                .Select(g => Row(g.Key) is { } row ? Describe(row, g) : null)
                .OfType<Incident>()
                .Where(i => Matches(i, request))
                .OrderByDescending(i => i.LastSeen)
                .ThenBy(i => i.IncidentId, StringComparer.Ordinal)
                .Take(limit),
        ];
    }

    /// <summary>The incident and its alerts, oldest first; null when there is none, or none that the caller may see.</summary>
    /// <param name="id">Its id, or a unique beginning of at least six characters.</param>
    /// <param name="scope">What the caller may see; null: all.</param>
    public (Incident Incident, IReadOnlyList<Alert> Alerts)? Get(string id, HostScope? scope)
    {
        if (Row(id) is not { } row && (id.Length < 6 || Only(id) is not { } found || (row = found) is null))
        {
            return null;
        }

        var own = row.AlertIds.Select(alerts.Get).OfType<Alert>().Where(a => scope is null || scope.Sees(a)).OrderBy(a => a.CreatedAt).ToList();
        return own.Count == 0 ? null : (Describe(row, own), own);
    }

    /// <summary>What happened, oldest first: alerts raised, their evidence, and what people did.</summary>
    public IReadOnlyList<IncidentMoment> Timeline(IReadOnlyList<Alert> own, Func<ulong, StoredEvent?> find, HostScope? scope)
    {
        var byId = own.ToDictionary(a => a.AlertId, StringComparer.Ordinal);
        var moments = new List<IncidentMoment>();
        foreach (var alert in own)
        {
            moments.Add(Moment(alert, alert.CreatedAt, "raised", $"{alert.Title}: {alert.Why}"));
            if (alert.Count > 1)
            {
                moments.Add(Moment(alert, alert.LastSeen, "last", $"{alert.Title}: {alert.Count} events so far"));
            }
        }

        // Both end where the incident does: only what is its own is looked up.
        var since = own.Min(a => a.CreatedAt);
        foreach (var entry in audit.List(new TimeRange { From = since }))
        {
            if (entry.Change is { ClassName: "alert" } change && byId.TryGetValue(change.ObjectId, out var alert))
            {
                var moment = Moment(alert, entry.Time, "change", $"{change.Operation}: {change.After}");
                moment.Actor = entry.Actor;
                moments.Add(moment);
            }
        }

        foreach (var (position, alert) in own.SelectMany(a => AlertReader.EvidenceOf(a).Select(p => (Position: p, Alert: a))).DistinctBy(p => p.Position).Take(LongestTimeline))
        {
            if (find(position) is { } stored && (scope is null || scope.Sees(stored.Event)))
            {
                var e = stored.Event;
                var moment = Moment(alert, e.EventTime, "event", e.Message.Length > 0 ? e.Message : Proto.EventTypes.Get(e.Type).Name);
                moment.Position = position;
                moment.EventType = e.Type;
                moment.Host = e.Host;
                moments.Add(moment);
            }
        }

        return [.. moments.OrderBy(m => m.Time).Take(LongestTimeline)];
    }

    /// <summary>Incidents after each change of their alerts; first the open ones when asked for.</summary>
    /// <exception cref="TooSlowException">The caller reads too slowly and must start again.</exception>
    public async IAsyncEnumerable<WatchIncidentsResponse> WatchAsync(WatchIncidentsRequest request, HostScope? scope, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var changes = watchers.Add();
        try
        {
            if (request.IncludeOpen)
            {
                foreach (var incident in List(new ListIncidentsRequest { MinLevel = request.MinLevel, Statuses = { AlertStatus.Active, AlertStatus.Acknowledged }, Limit = 100_000 }, scope).Reverse())
                {
                    yield return new WatchIncidentsResponse { Incident = incident };
                }
            }

            yield return new WatchIncidentsResponse { CaughtUp = true };
            var touched = new OrderedDictionary<string, bool>();
            while (await changes.WaitToReadAsync(cancellation))
            {
                // Many alerts of one incident change together: it is told once.
                touched.Clear();
                while (changes.TryRead(out var change))
                {
                    if (change.Alert.IncidentId.Length > 0)
                    {
                        touched.TryAdd(change.Alert.IncidentId, true);
                    }
                }

                foreach (var id in touched.Keys)
                {
                    if (Get(id, scope) is { } found && found.Incident.Level >= request.MinLevel)
                    {
                        yield return new WatchIncidentsResponse { Incident = found.Incident };
                    }
                }
            }
        }
        finally
        {
            watchers.Remove(changes);
        }
    }

    private Incident? Row(string id) => store.Get(Table.Incidents, Encoding.UTF8.GetBytes(id)) is { } value ? Incident.Parser.ParseFrom(value) : null;

    private Incident? Only(string beginning)
    {
        var rows = store.Scan(Table.Incidents, Encoding.UTF8.GetBytes(beginning)).Take(2).ToList();
        return rows.Count == 1 ? Incident.Parser.ParseFrom(rows[0].Value) : null;
    }

    private static Incident Describe(Incident row, IEnumerable<Alert> members)
    {
        var incident = new Incident { IncidentId = row.IncidentId, Kind = row.Kind, Subject = row.Subject, FirstSeen = long.MaxValue, LastSeen = long.MinValue };
        var dismissed = true;
        var active = false;
        string? assignee = null;
        foreach (var alert in members.OrderBy(a => a.CreatedAt))
        {
            incident.AlertCount++;
            if (incident.AlertIds.Count < NamedAlerts)
            {
                incident.AlertIds.Add(alert.AlertId);
            }

            if (alert.Level > incident.Level)
            {
                incident.Level = alert.Level;
                incident.Title = $"{alert.Title} ({row.Kind} {row.Subject})";
            }

            incident.FirstSeen = Math.Min(incident.FirstSeen, alert.FirstSeen);
            incident.LastSeen = Math.Max(incident.LastSeen, alert.LastSeen);
            incident.Events += alert.Count;
            AddOnce(incident.Rules, alert.RuleName, NamedAlerts);
            AddOnce(incident.Hosts, alert.Host, NamedAlerts);
            foreach (var source in alert.Sources)
            {
                AddOnce(incident.Sources, source, NamedSources);
            }

            active |= alert.Status == AlertStatus.Active;
            dismissed &= alert.Status == AlertStatus.Dismissed;
            if (alert.Status is AlertStatus.Active or AlertStatus.Acknowledged)
            {
                assignee = incident.OpenCount == 0 || assignee == alert.Assignee ? alert.Assignee : "";
                incident.OpenCount++;
            }
        }

        incident.Assignee = assignee ?? "";
        incident.Status = active ? AlertStatus.Active : incident.OpenCount > 0 ? AlertStatus.Acknowledged : dismissed ? AlertStatus.Dismissed : AlertStatus.Resolved;
        return incident;
    }

    private static void AddOnce(Google.Protobuf.Collections.RepeatedField<string> values, string value, int most)
    {
        if (value.Length > 0 && values.Count < most && !values.Contains(value))
        {
            values.Add(value);
        }
    }

    private static IncidentMoment Moment(Alert alert, long time, string kind, string text) => new()
    {
        Time = time,
        Kind = kind,
        AlertId = alert.AlertId,
        RuleName = alert.RuleName,
        Level = alert.Level,
        Text = text,
        Host = alert.Host,
    };

    private static bool Matches(Incident incident, ListIncidentsRequest request) =>
        (request.Statuses.Count == 0 || request.Statuses.Contains(incident.Status))
        && incident.Level >= request.MinLevel
        && (request.Time is null
            || ((request.Time.From == 0 || incident.LastSeen >= request.Time.From) && (request.Time.To == 0 || incident.LastSeen < request.Time.To)))
        && (request.Kind.Length == 0 || incident.Kind.Equals(request.Kind, StringComparison.OrdinalIgnoreCase))
        && (request.Subject.Length == 0 || incident.Subject.Equals(request.Subject, StringComparison.OrdinalIgnoreCase));
}
