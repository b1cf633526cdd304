using System.Globalization;
using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

internal sealed partial class AlertBook
{
    /// <summary>The actor of changes that nobody asked for.</summary>
    public const string Collector = "collector";
    private const long DefaultDismissal = 24L * 3600 * Second;

    /// <summary>
    /// An operator's change. Allowed are active -> acknowledged -> resolved, active -> resolved, from both to dismissed, and
    /// from each of them back to active or acknowledged, as long as no newer alert has the key; a note and an assignee at any
    /// time. Every change is audited.
    /// </summary>
    /// <param name="request">What to change.</param>
    /// <param name="actor">Who.</param>
    /// <param name="source">From where.</param>
    /// <param name="reader">For alerts that are no longer the newest of their key.</param>
    /// <param name="commit">The batch.</param>
    /// <returns>The alert as it is stored.</returns>
    /// <exception cref="ChangeRefusedException">There is no such alert, it has moved on, or the step is not allowed.</exception>
    public Alert Update(UpdateAlertRequest request, string actor, string source, IStoreReader reader, ICommit commit)
    {
        var open = _index.ById(request.AlertId);
        var alert = open?.Alert ?? Stored(request.AlertId, reader);
        if (alert is null)
        {
            throw new ChangeRefusedException(Refusal.NotFound, $"there is no alert '{request.AlertId}'");
        }

        if (request.Revision != 0 && request.Revision != alert.Revision)
        {
            throw new ChangeRefusedException(
                Refusal.Conflict,
                string.Create(CultureInfo.InvariantCulture, $"the alert has changed meanwhile (revision {alert.Revision}, last by {(alert.StatusBy.Length > 0 ? alert.StatusBy : Collector)})"));
        }

        if (request.Status != AlertStatus.Unspecified && request.Status != alert.Status && !IsAllowed(alert.Status, request.Status))
        {
            throw new ChangeRefusedException(Refusal.NotAllowed, $"an alert cannot go from {Word(alert.Status)} to {Word(request.Status)}");
        }

        var before = Describe(alert);
        var statusChanged = request.Status != AlertStatus.Unspecified && request.Status != alert.Status;
        var reopened = statusChanged && IsOpen(request.Status) && !IsOpen(alert.Status);
        if (reopened && open is null)
        {
            throw new ChangeRefusedException(Refusal.NotAllowed, "an alert cannot be opened again when its key has a newer one");
        }

        Apply(request, alert, actor, commit, statusChanged);
        var after = Describe(alert);
        _audit.Put(commit, actor, source, new Audit
        {
            ClassName = "alert",
            ObjectId = alert.AlertId,
            Operation = statusChanged ? Word(alert.Status) : "update",
            Before = before,
            After = request.Reason.Length > 0 ? $"{after} reason={request.Reason}" : after,
        });

        if (open is null)
        {
            alert.Revision++;
            commit.Put(Table.Alerts, Encoding.UTF8.GetBytes(alert.AlertId), alert.ToByteArray());
            _announcements.Add((alert, statusChanged ? "status" : "note", false));
            return alert;
        }

        if (reopened)
        {
            open.Touched = commit.IngestTime;
            _index.Opened(open);
        }
        else if (statusChanged && !open.IsOpen)
        {
            _index.Closed(open);
            if (open is { Rule: CorrelationRule rule, Hash: { } hash })
            {
                // What led to this alert is dealt with: a new one needs a new attack, not one more event.
                foreach (var variant in rule.Variants)
                {
                    variant.Window!.Forget(hash);
                }
            }
        }

        Changed(open, statusChanged ? "status" : "note", notify: false);

        // The revision is raised when the batch ends; tell the caller the one it will have.
        var result = alert.Clone();
        result.Revision++;
        return result;
    }

    /// <summary>
    /// The same change for each of these alerts that allows it; the others are left as they are. A note or an assignee is
    /// for the open ones.
    /// </summary>
    /// <returns>How many were changed.</returns>
    public int UpdateAll(IEnumerable<Alert> alerts, UpdateAlertRequest request, string actor, string source, IStoreReader reader, ICommit commit)
    {
        var changed = 0;
        foreach (var id in alerts.Select(a => a.AlertId))
        {
            var now = _index.ById(id)?.Alert ?? Stored(id, reader);
            if (now is null || !IsOpen(now.Status) || request.Status == now.Status || (request.Status != AlertStatus.Unspecified && !IsAllowed(now.Status, request.Status)))
            {
                continue;
            }

            var one = request.Clone();
            one.AlertId = id;
            Update(one, actor, source, reader, commit);
            changed++;
        }

        return changed;
    }

    public static string Word(AlertStatus status) => status.ToString().ToLowerInvariant();

    private static void Apply(UpdateAlertRequest request, Alert alert, string actor, ICommit commit, bool statusChanged)
    {
        if (statusChanged)
        {
            alert.Status = request.Status;
            alert.StatusBy = actor;
            alert.StatusAt = commit.IngestTime;
            alert.DismissedUntil = 0;
            if (request.Status == AlertStatus.Dismissed)
            {
                var length = request.DismissForS == 0 ? DefaultDismissal : (long)Math.Min(request.DismissForS, 10UL * 365 * 86400) * Second;
                alert.DismissedUntil = commit.IngestTime + length;
            }
        }

        if (request.HasNote)
        {
            alert.Note = request.Note;
        }
        else if (request.Reason.Length > 0 && statusChanged)
        {
            alert.Note = request.Reason;
        }

        if (request.HasAssignee)
        {
            alert.Assignee = request.Assignee;
        }
    }

    private static bool IsAllowed(AlertStatus from, AlertStatus to) => (from, to) switch
    {
        (AlertStatus.Active, AlertStatus.Acknowledged or AlertStatus.Resolved or AlertStatus.Dismissed) => true,
        (AlertStatus.Acknowledged, AlertStatus.Resolved or AlertStatus.Dismissed) => true,
        (AlertStatus.Acknowledged or AlertStatus.Resolved or AlertStatus.Dismissed, AlertStatus.Active) => true,
        (AlertStatus.Resolved or AlertStatus.Dismissed, AlertStatus.Acknowledged) => true,
        _ => false,
    };

    private static bool IsOpen(AlertStatus status) => status is AlertStatus.Active or AlertStatus.Acknowledged;

    private static string Describe(Alert alert) =>
        $"status={Word(alert.Status)} assignee={alert.Assignee} note={alert.Note}";

    private static Alert? Stored(string id, IStoreReader reader) =>
        reader.Get(Table.Alerts, Encoding.UTF8.GetBytes(id)) is { } value ? Alert.Parser.ParseFrom(value) : null;
}
