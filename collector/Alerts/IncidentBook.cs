using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Groups alerts into incidents: by source, else by user, else by host. Alerts join through one subject only, never
/// from one shared value to the next, since a NAT address or a carrier would join everything. Commit thread only.
/// </summary>
internal sealed class IncidentBook
{
    /// <summary>An incident without an alert for a day is over.</summary>
    private const long Gap = 24L * 3600 * 1_000_000_000;
    private const int NamedAlerts = 1000;

    private readonly Dictionary<(string Kind, string Subject), Incident> _latest = [];
    private readonly HashSet<Incident> _changed = new(ReferenceEqualityComparer.Instance);

    public void Restore(IStoreReader reader)
    {
        foreach (var (_, value) in reader.Scan(Table.Incidents, ReadOnlyMemory<byte>.Empty))
        {
            var incident = Incident.Parser.ParseFrom(value);
            if (!_latest.TryGetValue((incident.Kind, incident.Subject), out var other) || other.LastSeen < incident.LastSeen)
            {
                _latest[(incident.Kind, incident.Subject)] = incident;
            }
        }
    }

    /// <summary>Puts a new alert into its incident and names that in the alert.</summary>
    public void Join(Alert alert)
    {
        var (kind, subject) = SubjectOf(alert);
        if (!_latest.TryGetValue((kind, subject), out var incident) || alert.FirstSeen > incident.LastSeen + Gap)
        {
            incident = new Incident
            {
                IncidentId = AlertId.OfIncident(kind, subject, alert.AlertId),
                Kind = kind,
                Subject = subject,
                FirstSeen = alert.FirstSeen,
                LastSeen = alert.LastSeen,
                Title = $"{alert.Title} ({kind} {subject})",
            };
            _latest[(kind, subject)] = incident;
        }

        alert.IncidentId = incident.IncidentId;
        if (incident.AlertIds.Count < NamedAlerts)
        {
            incident.AlertIds.Add(alert.AlertId);
        }

        if (alert.Level > incident.Level)
        {
            incident.Level = alert.Level;
            incident.Title = $"{alert.Title} ({kind} {subject})";
        }

        Extend(incident, alert);
    }

    /// <summary>The alert has news: so has its incident.</summary>
    public void Touch(Alert alert)
    {
        if (_latest.TryGetValue(SubjectOf(alert), out var incident) && incident.IncidentId == alert.IncidentId)
        {
            Extend(incident, alert);
        }
    }

    public void Write(ICommit commit)
    {
        foreach (var incident in _changed)
        {
            commit.Put(Table.Incidents, Encoding.UTF8.GetBytes(incident.IncidentId), incident.ToByteArray());
        }

        _changed.Clear();
    }

    private void Extend(Incident incident, Alert alert)
    {
        incident.FirstSeen = Math.Min(incident.FirstSeen, alert.FirstSeen);
        incident.LastSeen = Math.Max(incident.LastSeen, alert.LastSeen);
        _changed.Add(incident);
    }

    private static (string Kind, string Subject) SubjectOf(Alert alert) => alert switch
    {
        { SourceIp.Length: > 0 } => ("source", alert.SourceIp),
        { User.Length: > 0 } => ("user", alert.User),
        _ => ("host", alert.Host),
    };
}
