using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Detection.Windows;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// The alerts: at most one open per rule and group key. Firings raise it or add to it; a new alert and every change of its
/// state are written with the batch that caused them, a mere count at most once a second, and what has been written is
/// announced when the batch is durable. After a restart what was counted since is counted again from the stored events.
/// All members but <see cref="Watchers"/> and <see cref="Notifiers"/> belong to the commit thread.
/// </summary>
internal sealed partial class AlertBook
{
    private const int EvidenceKept = 10;

    private const long Second = 1_000_000_000;
    private const long ShortestIdle = 3600 * Second;

    /// <summary>How long a count may wait to be written, and how often alerts are looked at that may have ended.</summary>
    public const long LongestWait = Second;
    private const long SweepInterval = 10 * Second;

    private readonly AuditLog _audit;
    private readonly IncidentBook _incidents = new();
    private readonly AlertIndex _index = new();
    private readonly List<OpenAlert> _changed = [];
    private readonly List<OpenAlert> _counted = [];
    private readonly List<(Alert Alert, string Change, bool Notify)> _announcements = [];
    private long _nextSweep;
    private long _nextWrite;

    public AlertBook(AuditLog audit)
    {
        _audit = audit;
        Silences = new SilenceBook(audit);
    }

    public AlertWatchers Watchers { get; } = new();

    public List<IAlertNotifier> Notifiers { get; } = [];

    /// <summary>What is not to be told.</summary>
    public SilenceBook Silences { get; }

    /// <summary>Firings that raised nothing because their rule had ten thousand alerts open already.</summary>
    public long Refused { get; private set; }

    /// <summary>Open alerts, by level; for the status line.</summary>
    public Dictionary<AlertLevel, int> OpenByLevel()
    {
        var counts = new Dictionary<AlertLevel, int>();
        foreach (var alert in _index.All.Where(a => a.IsOpen))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, alert.Alert.Level, out _)++;
        }

        return counts;
    }

    /// <summary>Reads what was known before the start.</summary>
    public void Restore(IStoreReader reader, RuleSet rules)
    {
        ReadInhibitors(rules);
        var running = rules.All.ToDictionary(r => r.Header.Id);
        foreach (var (_, value) in reader.Scan(Table.Alerts, ReadOnlyMemory<byte>.Empty))
        {
            var alert = Alert.Parser.ParseFrom(value);
            var key = AlertKey.Text(alert.RuleId, alert.GroupKey);
            if (_index.ByKey(key) is { } other && other.Alert.FirstSeen >= alert.FirstSeen)
            {
                continue;
            }

            var open = new OpenAlert(key, alert)
            {
                Rule = running.GetValueOrDefault(alert.RuleId),
                Touched = Math.Max(alert.CreatedAt, alert.LastSeen),
                WrittenTo = alert.CountedTo == 0 ? ulong.MaxValue : alert.CountedTo,
                NextMilestone = Milestone(alert.Count),
            };
            _index.Add(open);
        }

        _incidents.Restore(reader);
    }

    /// <summary>New rules: alerts of rules that are gone stay, without a rule.</summary>
    public void Rebind(RuleSet rules)
    {
        _index.Rebind(rules);
        ReadInhibitors(rules);
    }

    /// <summary>Whether the key has an open alert that has fired since the start.</summary>
    public bool HasOpen(RunningRule rule, UInt128 hash) => _index.ByHash(rule, hash) is { IsOpen: true };

    /// <summary>A rule has fired.</summary>
    /// <param name="rule">Which.</param>
    /// <param name="variant">As it runs for the event's host group.</param>
    /// <param name="hash">The group key's hash.</param>
    /// <param name="fields">How to read the group key from the event.</param>
    /// <param name="occurrence">The event that made it fire.</param>
    /// <param name="firing">What the window found.</param>
    /// <param name="sources">Who is behind the window's events when the key names no source; null: the event tells.</param>
    /// <param name="commit">The batch; null while the past is being replayed: then only what was not written is counted.</param>
    public void Raise(RunningRule rule, RuleVariant variant, UInt128 hash, EventField[] fields, in Occurrence occurrence, Firing firing, AlertSources? sources, ICommit? commit)
    {
        var e = occurrence.Event;
        if (_index.ByHash(rule, hash) is not { } open)
        {
            var parts = AlertKey.Parts(rule.GroupByNames, fields, e);
            var key = AlertKey.Text(rule.Header.Id, parts);
            if (_index.ByKey(key) is not { } known)
            {
                if (commit is null || IsFull(rule))
                {
                    return;
                }

                if (Create(rule, variant, key, parts, occurrence, firing, sources, "", commit) is { } first)
                {
                    _index.Bind(rule, hash, first);
                }

                return;
            }

            open = known;
            _index.Bind(rule, hash, open);
        }

        if (commit is null)
        {
            if (open.IsOpen && occurrence.Position > open.WrittenTo)
            {
                open.Variant = variant;
                Count(open, rule, variant, occurrence, firing, sources);
            }
            else if (firing.Last >= open.Alert.FirstSeen)
            {
                AddSources(open, sources, e, firing.Last);
            }

            return;
        }

        open.Variant = variant;
        var idle = IdleOf(rule, variant);
        if (open.IsOpen && firing.Last > open.Alert.LastSeen + idle)
        {
            Close(open, AlertStatus.Resolved, commit);
        }

        if (!open.IsOpen && !Reopens(open, firing, idle, commit))
        {
            if (open.Alert.Status == AlertStatus.Dismissed && commit.IngestTime < open.Alert.DismissedUntil)
            {
                return;
            }

            if (IsFull(rule))
            {
                return;
            }

            if (Create(rule, variant, open.Key, [.. open.Alert.GroupKey], occurrence, firing, sources, open.Alert.AlertId, commit) is { } next)
            {
                _index.Bind(rule, hash, next);
            }

            return;
        }

        open.Touched = commit.IngestTime;
        Count(open, rule, variant, occurrence, firing, sources);
    }

    /// <summary>Writes the alerts that the batch changed, and looks after idle ones.</summary>
    public void OnBatchEnd(ICommit commit)
    {
        if (IsDue(ref _nextSweep, SweepInterval, commit.IngestTime))
        {
            Sweep(commit);
            _index.Prune();
        }

        if (_counted.Count > 0 && IsDue(ref _nextWrite, LongestWait, commit.IngestTime))
        {
            // Those with another change besides are among the others.
            foreach (var open in _counted)
            {
                if (open is { Change: not null, Urgent: false })
                {
                    Write(open, commit);
                }
            }

            _counted.Clear();
        }

        // A compound alert that is written may change its parts.
        for (var i = 0; i < _changed.Count; i++)
        {
            if (_changed[i].Change is not null)
            {
                Write(_changed[i], commit);
            }
        }

        _changed.Clear();
        _incidents.Write(commit);
    }

    /// <summary>Counts that wait are written with this batch.</summary>
    public void WriteCounts() => _nextWrite = 0;

    public void OnDurable()
    {
        foreach (var (alert, change, notify) in _announcements)
        {
            var tell = notify && !alert.Synthetic && alert.InhibitedBy.Length == 0;
            if (!tell && !Watchers.Any)
            {
                continue;
            }

            var copy = alert.Clone();
            Watchers.Publish(new WatchAlertsResponse { Alert = copy, Change = change });
            if (tell)
            {
                foreach (var notifier in Notifiers)
                {
                    notifier.Notify(copy, change);
                }
            }
        }

        _announcements.Clear();
    }

    /// <summary>Whether a recurring task is to be done now; a clock that was set back does not put it off.</summary>
    private static bool IsDue(ref long next, long interval, long now)
    {
        if (now < next && now >= next - interval)
        {
            return false;
        }

        next = now + interval;
        return true;
    }

    private void Write(OpenAlert open, ICommit commit)
    {
        open.Alert.Revision++;
        if (open.Stale && open.Rule is { } rule)
        {
            open.Stale = false;
            AlertSubject.Refresh(open.Alert, open.Sources);
            _incidents.Touch(open.Alert);
            MuteSources(open);
            if ((open.Variant ?? rule.Default).Correlation is { } written)
            {
                open.Alert.Why = WhyText.Of(written, rule.Kind, open.Alert, open.Value, open.Sources);
            }
        }

        commit.Put(Table.Alerts, Encoding.UTF8.GetBytes(open.Alert.AlertId), open.Alert.ToByteArray());
        _announcements.Add((open.Alert, open.Change!, open.Notify && !Silences.Mutes(open.Alert, commit.IngestTime)));
        open.Change = null;
        open.Notify = false;
        open.Urgent = false;
    }

    private OpenAlert? Create(RunningRule rule, RuleVariant variant, string key, List<GroupKeyPart> parts, in Occurrence occurrence, Firing firing, AlertSources? sources, string previous, ICommit commit)
    {
        var e = occurrence.Event;
        var header = rule.Header;
        var alert = new Alert
        {
            AlertId = AlertId.Of(key, variant.Version, previous),
            RuleId = header.Id,
            RuleName = rule.Name,
            Title = header.Title,
            Level = variant.Level,
            Status = AlertStatus.Active,
            FirstSeen = firing.First,
            LastSeen = firing.Last,
            CreatedAt = commit.IngestTime,
            Count = (ulong)Math.Max(1, firing.Events),
            PreviousAlertId = previous,
            Description = header.Description,
            WindowMs = (ulong)WindowOf(variant).TotalMilliseconds,
            FiredFrom = firing.First,
            FiredTo = firing.Last,
            FiredValue = firing.Value,
            FiredCondition = variant.Correlation is { } numbers ? ConditionText.Of(numbers) : "",
            Synthetic = e.Synthetic,
            CountedTo = occurrence.Position,
        };
        alert.GroupKey.Add(parts);
        alert.Tags.Add(header.Tags);
        alert.FalsePositives.Add(header.FalsePositives);
        var open = new OpenAlert(key, alert) { Rule = rule, Variant = variant, Touched = commit.IngestTime, NextMilestone = alert.Count * 10 };
        AddEvidence(alert, firing);
        AddSources(open, sources, e, firing.Last);
        AlertSubject.Fill(alert, e, open.Sources);
        alert.Why = variant.Correlation is { } written ? WhyText.Of(written, rule.Kind, alert, firing.Value, open.Sources) : WhyText.Of(alert, e);
        if (Silences.Covers(alert, commit.IngestTime))
        {
            return null;
        }

        _index.Add(open);
        Inhibit(open);
        _incidents.Join(alert);
        Changed(open, "new", notify: true);
        commit.Emit(FiredEvent.Of(alert, e));
        return open;
    }

    private void Count(OpenAlert open, RunningRule rule, RuleVariant variant, in Occurrence occurrence, Firing firing, AlertSources? sources)
    {
        var alert = open.Alert;
        var e = occurrence.Event;
        alert.CountedTo = Math.Max(alert.CountedTo, occurrence.Position);
        alert.FirstSeen = Math.Min(alert.FirstSeen, firing.First);
        alert.LastSeen = Math.Max(alert.LastSeen, firing.Last);
        alert.Count += (ulong)firing.Events;
        alert.Synthetic &= e.Synthetic;
        AddEvidence(alert, firing);
        AddSources(open, sources, e, firing.Last);
        open.Stale = true;
        open.Value = rule is CorrelationRule { Rule.Type: CorrelationType.EventCount } ? alert.Count : firing.Value;
        if (variant.Level > alert.Level)
        {
            alert.Level = variant.Level;
            Changed(open, "level", notify: true);
        }
        else
        {
            var milestone = alert.Count >= open.NextMilestone;
            if (milestone)
            {
                open.NextMilestone = open.NextMilestone > ulong.MaxValue / 10 ? ulong.MaxValue : open.NextMilestone * 10;
            }

            Changed(open, "count", notify: milestone && alert.Status == AlertStatus.Active);
        }
    }

    /// <summary>An alert that ended by itself goes on when its key fires again within the idle time of the events.</summary>
    private bool Reopens(OpenAlert open, Firing firing, long idle, ICommit commit)
    {
        var alert = open.Alert;
        if (alert.Status != AlertStatus.Resolved || alert.StatusBy != Collector || firing.Last > alert.LastSeen + idle)
        {
            return false;
        }

        alert.Status = AlertStatus.Active;
        alert.StatusAt = commit.IngestTime;
        _index.Opened(open);
        Changed(open, "status", notify: false);
        return true;
    }

    private bool IsFull(RunningRule rule)
    {
        if (!_index.IsFull(rule))
        {
            return false;
        }

        Refused++;
        return true;
    }

    /// <summary>Ends live alerts that have had no news for their idle time of the collector's clock.</summary>
    private void Sweep(ICommit commit)
    {
        foreach (var open in _index.All)
        {
            if (open.IsOpen && commit.IngestTime - open.Touched > IdleOf(open.Rule, open.Variant))
            {
                Close(open, AlertStatus.Resolved, commit);
            }
        }
    }

    private void Close(OpenAlert open, AlertStatus status, ICommit commit)
    {
        open.Alert.Status = status;
        open.Alert.StatusBy = Collector;
        open.Alert.StatusAt = commit.IngestTime;
        _index.Closed(open);
        Changed(open, "status", notify: false);
    }

    private void Changed(OpenAlert open, string change, bool notify)
    {
        // A window that closes cannot be replayed to the event, so its count does not wait either.
        var urgent = change != "count" || notify || open.Variant?.Window is ClosingWindow;
        if (urgent && !open.Urgent)
        {
            _changed.Add(open);
            open.Urgent = true;
        }
        else if (open.Change is null && !urgent)
        {
            _counted.Add(open);
        }

        if (open.Change is null or "count" || change == "level")
        {
            open.Change = change;
        }

        open.Notify |= notify;
    }

    private static void AddEvidence(Alert alert, Firing firing)
    {
        foreach (var position in firing.Evidence)
        {
            if (alert.FirstEvents.Count < EvidenceKept)
            {
                alert.FirstEvents.Add(position);
                continue;
            }

            if (alert.LastEvents.Count >= EvidenceKept)
            {
                alert.LastEvents.RemoveAt(0);
            }

            alert.LastEvents.Add(position);
        }
    }

    private static void AddSources(OpenAlert open, AlertSources? sources, Event e, long time)
    {
        if (sources is null)
        {
            open.Sources.Add(e, time);
        }
        else
        {
            open.Sources.Merge(sources, time);
        }
    }

    private static long IdleOf(RunningRule? rule, RuleVariant? variant)
    {
        if (rule is null)
        {
            return ShortestIdle;
        }

        return rule.Header.Extension.Idle is { } idle ? idle.Ticks * 100 : Math.Max(ShortestIdle, WindowOf(variant ?? rule.Default).Ticks * 100);
    }

    private static TimeSpan WindowOf(RuleVariant variant) => variant.Correlation?.Timespan ?? TimeSpan.Zero;

    private static ulong Milestone(ulong count)
    {
        ulong milestone = 10;
        while (milestone <= count && milestone < ulong.MaxValue / 10)
        {
            milestone *= 10;
        }

        return milestone;
    }
}
