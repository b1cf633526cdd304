using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>
/// Everything that the views show. Owned by the UI thread: feeds change it through <see cref="UiQueue"/>. What the link
/// lost stays visible; only the header says how old it is.
/// </summary>
internal sealed class ConsoleModel
{
    private const int MaxAlerts = 10_000;

    // They are put out in groups: which are the least pressing takes sorting all.
    private const int AlertsOver = 500;
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GetAlertResponse> _details = new(StringComparer.Ordinal);
    private List<Alert>? _sorted;

    public GetStatusResponse? Status { get; set; }

    public WhoAmIResponse? Me { get; set; }

    public LinkState Link { get; set; } = new(false, default, null, default, 0, false);

    /// <summary>When the newest answer of the collector came.</summary>
    public DateTimeOffset DataAsOf { get; set; }

    public EventRing Events { get; } = new();

    /// <summary>Why the tail stands still although the link is up (a query the collector cannot read); null: it flows.</summary>
    public string? TailComplaint { get; set; }

    /// <summary>Events that the collector left out of the tail because this client read too slowly.</summary>
    public ulong TailSkipped { get; set; }

    public Sampler EventRate { get; } = new(60);

    public IReadOnlyList<Sensor> Sensors { get; set; } = [];

    public IReadOnlyList<Rule> Rules { get; set; } = [];

    public IReadOnlyList<Incident> Incidents { get; set; } = [];

    public IReadOnlyList<Silence> Silences { get; set; } = [];

    public IReadOnlyList<NamedList> Lists { get; set; } = [];

    /// <summary>Entries of all lists.</summary>
    public IReadOnlyList<ListEntry> Entries { get; private set; } = [];

    /// <summary>Which addresses those entries block, trust or watch.</summary>
    public ListState Listed { get; private set; } = ListState.Empty;

    public void PutEntries(IReadOnlyList<ListEntry> entries)
    {
        if (!ReferenceEquals(entries, Entries))
        {
            Entries = entries;
            Listed = new ListState(entries);
        }
    }

    public IReadOnlyList<CallRecord> Calls { get; set; } = [];

    public IReadOnlyList<Registration> Registrations { get; set; } = [];

    public IReadOnlyList<Entity> Sources { get; set; } = [];

    public IReadOnlyList<AuditEntry> Audit { get; set; } = [];

    public GetStatisticsResponse? Statistics { get; set; }

    public GetStatisticsResponse? Rates { get; set; }

    /// <summary>Grows with everything that the streams bring, shown or not: until then what was asked for is as it was.</summary>
    public long News { get; set; }

    /// <summary>Whether all alerts that were open when the console came are here; before, the list is still growing.</summary>
    public bool AlertsAreComplete { get; set; }

    /// <summary>Grows with every change of the alerts.</summary>
    public long AlertsVersion { get; private set; }

    public int AlertCount => _alerts.Count;

    /// <summary>Most pressing first: open before closed, then by level and by last sighting.</summary>
    public IReadOnlyList<Alert> Alerts => _sorted ??=
    [
        .. _alerts.Values
            .OrderByDescending(a => Words.IsOpen(a.Status))
            .ThenByDescending(a => a.Level)
            .ThenByDescending(a => a.LastSeen)
            .ThenBy(a => a.AlertId, StringComparer.Ordinal),
    ];

    /// <summary>Open alerts of a level.</summary>
    public int OpenCount(AlertLevel level) => _alerts.Values.Count(a => a.Level == level && Words.IsOpen(a.Status));

    public Alert? FindAlert(string id) => _alerts.GetValueOrDefault(id);

    /// <summary>Takes a newer state of an alert; an older one than is known is ignored.</summary>
    public void Put(Alert alert)
    {
        if (_alerts.TryGetValue(alert.AlertId, out var known) && known.Revision > alert.Revision)
        {
            return;
        }

        _alerts[alert.AlertId] = alert;
        _sorted = null;
        if (_alerts.Count > MaxAlerts + AlertsOver)
        {
            foreach (var least in Alerts.Skip(MaxAlerts).ToList())
            {
                _alerts.Remove(least.AlertId);
            }

            _sorted = null;
        }
        AlertsVersion++;
    }

    /// <summary>Evidence and history of an alert, when they have been fetched for its present revision.</summary>
    public GetAlertResponse? DetailOf(Alert alert) =>
        _details.TryGetValue(alert.AlertId, out var detail) && detail.Alert.Revision >= alert.Revision ? detail : null;

    /// <summary>The last fetched evidence and history of an alert, perhaps older than the alert.</summary>
    public GetAlertResponse? StaleDetailOf(Alert alert) => _details.GetValueOrDefault(alert.AlertId);

    public void PutDetail(GetAlertResponse detail)
    {
        if (_details.Count >= 64)
        {
            _details.Clear();
        }

        _details[detail.Alert.AlertId] = detail;
        Put(detail.Alert);
        AlertsVersion++;
    }

    /// <summary>Forgets everything, for another collector.</summary>
    public void Clear()
    {
        _alerts.Clear();
        _details.Clear();
        _sorted = null;
        Events.Clear();
        (Status, Me, Statistics, Rates, TailComplaint) = (null, null, null, null, null);
        (Link, DataAsOf, TailSkipped) = (new(false, default, null, default, 0, false), default, 0);
        EventRate.Clear();
        AlertsAreComplete = false;
        (Sensors, Rules, Calls, Registrations, Sources, Audit) = ([], [], [], [], [], []);
        (Incidents, Silences, Lists) = ([], [], []);
        PutEntries([]);
        AlertsVersion++;
    }
}
