using System.Diagnostics;
using SensorNet.Collector.Alerts;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Detection.Windows;
using SensorNet.Collector.Ingest;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// Runs every event through the rules that can match its type, their matches through the correlations, and what fires
/// into the alert book. The last stage of a commit; commit thread only.
/// </summary>
internal sealed class DetectionEngine : ICommitStage
{
    private const long Second = 1_000_000_000;

    /// <summary>An event that claims to come from later than this after the collector's clock counts as of then.</summary>
    private const long FarthestFuture = 60 * Second;

    private const int MostSourceKeys = 100_000;

    /// <summary>Counts of events that came longer before the last one are surely written.</summary>
    private const long UnwrittenAge = AlertBook.LongestWait + (4 * Second);

    private readonly AlertBook _alerts;
    private readonly KeyHasher _hasher = new();
    private readonly MatchScratch _scratch = new();
    private readonly Firing _firing = new();
    private readonly Stack<Firing> _spare = new();
    private readonly Watermarks _watermarks;
    private readonly EvictionReport _evictions = new();
    private List<(CorrelationRule Rule, RuleVariant Variant, ClosingWindow Window)> _closing = [];
    private ulong[] _found = [];
    private int _untilSample = RuleCost.Every;
    private bool _sampling;
    private long _now;

    /// <summary>Counts the events looked at; what is computed once for an event is marked with it.</summary>
    private long _turn;
    private ulong _identity;
    private long _identityTurn = -1;

    /// <param name="rules">The rules to run.</param>
    /// <param name="alerts">Where what fires goes.</param>
    /// <param name="lateness">How late an event may come before a window that decides at its end is over, nanoseconds.</param>
    public DetectionEngine(RuleSet rules, AlertBook alerts, long lateness = Watermarks.UsualLateness)
    {
        _watermarks = new Watermarks(lateness);
        _alerts = alerts;
        Rules = new RuleSet([], [], []);
        Use(rules);
    }

    public RuleSet Rules { get; private set; }

    /// <summary>Events whose time lay too far in the future.</summary>
    public long FutureEvents { get; private set; }

    /// <summary>Events that went through the rules, and those left out (duplicates of packet events, trusted sources).</summary>
    public long Evaluated { get; private set; }

    public long LeftOut { get; private set; }

    public KeyHasher Hasher => _hasher;

    /// <summary>Event time as it is now.</summary>
    /// <param name="now">The collector's clock.</param>
    public long EventTimeAt(long now) => _watermarks.At(now);

    /// <summary>
    /// Other rules from now on. Every rule goes on with its counters and switches, and with its windows where its text and
    /// numbers are the same; open alerts go on in any case.
    /// </summary>
    public void Use(RuleSet rules)
    {
        var former = Rules.All.ToDictionary(r => r.Header.Id);
        foreach (var rule in rules.All)
        {
            former.TryGetValue(rule.Header.Id, out var same);
            if (same is not null)
            {
                rule.Adopt(same);
            }

            if (rule is not CorrelationRule correlation)
            {
                continue;
            }

            if (!correlation.KeyNamesSource)
            {
                correlation.Behind ??= new KeyTable<SourceState>(MostSourceKeys);
            }

            foreach (var variant in correlation.Variants)
            {
                variant.Window!.Pinned = key => _alerts.HasOpen(correlation, key);
            }
        }

        Rules = rules;
        _found = new ulong[rules.MostWords];
        _closing = [.. rules.Correlations.SelectMany(r => r.Variants.Where(v => v.Window is ClosingWindow).Select(v => (r, v, (ClosingWindow)v.Window!)))];
        _alerts.Rebind(rules);
    }

    public void OnEvent(ulong position, Event e, ICommit commit) => Run(position, e, commit.IngestTime, commit, 0);

    /// <summary>
    /// An event of the past, after a start: windows remember it, nothing is raised. It is given to rules that reach back
    /// so far, and to all when it is of the last seconds, whose counts may not have been written.
    /// </summary>
    /// <param name="position">Where it is stored.</param>
    /// <param name="e">The event.</param>
    /// <param name="age">How long it came before the newest one, nanoseconds.</param>
    public void Replay(ulong position, Event e, long age) =>
        Run(position, e, e.IngestTime == 0 ? e.EventTime : e.IngestTime, null, age < UnwrittenAge ? 0 : age);

    /// <summary>After the replay: windows that were decided before the stop are not decided again.</summary>
    public void EndReplay() => CloseWindows(null, _now);

    public void OnBatchEnd(ICommit commit)
    {
        CloseWindows(commit, commit.IngestTime);
        _evictions.OnBatchEnd(Rules, commit);
        _alerts.OnBatchEnd(commit);
    }

    public void OnDurable() => _alerts.OnDurable();

    private void Run(ulong position, Event e, long now, ICommit? commit, long age)
    {
        if (e.DupOf.Length > 0)
        {
            LeftOut++;
            return;
        }

        var time = e.EventTime;
        if (time > now + FarthestFuture)
        {
            time = now + FarthestFuture;
            FutureEvents++;
        }

        _watermarks.Observe(e.SensorId, time, now);
        Evaluated++;
        _now = now;
        _turn++;
        _sampling = --_untilSample == 0;
        if (_sampling)
        {
            _untilSample = RuleCost.Every;
        }

        _scratch.Begin(e);
        var trusted = e.Enrichment is { SourceTrusted: true };
        LeftOut += trusted ? 1 : 0;
        if (Rules.Of(e.Type) is not { } rules || rules.Reach < age)
        {
            return;
        }

        var found = _found.AsSpan(0, rules.Words);
        rules.Find(e, _scratch, found);
        if (age > 0)
        {
            rules.Restrict(found, age);
        }

        while (rules.TryTake(found, out var rule, out var condition))
        {
            var variant = rule.For(e);
            if (!variant.Enabled || (trusted && !rule.IncludesTrusted))
            {
                continue;
            }

            rule.Evaluated++;
            var started = _sampling ? Stopwatch.GetTimestamp() : 0;
            var matches = condition.Matches(e, _scratch);
            if (_sampling)
            {
                rule.Cost.Add(Stopwatch.GetTimestamp() - started);
            }

            if (matches)
            {
                Matched(rule, variant, new Occurrence(e, time, position, Identity(e, position)), commit);
            }
        }
    }

    private void Matched(DetectionRule rule, RuleVariant variant, in Occurrence occurrence, ICommit? commit)
    {
        if (commit is not null)
        {
            rule.Recent.Add(_now);
            rule.LastHit = occurrence.Time;
        }

        if (rule.RaisesAlerts && !variant.DryRun && variant.Level > AlertLevel.Informational)
        {
            var firing = _spare.TryPop(out var spare) ? spare : new Firing();
            firing.Single(occurrence.Time, occurrence.Position);
            _alerts.Raise(rule, variant, HashOf(rule.GroupBy, occurrence.Event), rule.GroupBy, occurrence, firing, null, commit);
            _spare.Push(firing);
        }

        Feed(rule, occurrence, null, commit);
    }

    /// <param name="rule">What matched or fired.</param>
    /// <param name="occurrence">The match.</param>
    /// <param name="behind">Who is behind it, when the rule's own key names no source; null: the event tells.</param>
    /// <param name="commit">The batch, or null in a replay.</param>
    private void Feed(RunningRule rule, in Occurrence occurrence, AlertSources? behind, ICommit? commit)
    {
        foreach (var (listener, source) in rule.Listeners)
        {
            var variant = listener.For(occurrence.Event);
            if (variant.Enabled)
            {
                Correlate(listener, variant, source, occurrence, behind, commit);
            }
        }
    }

    private void Correlate(CorrelationRule rule, RuleVariant variant, int source, in Occurrence occurrence, AlertSources? behind, ICommit? commit)
    {
        rule.Evaluated++;
        var fields = rule.Keys[source];
        if (!fields.TryHash(_hasher, occurrence.Event, _turn, out var key) || !TryValue(rule, occurrence.Event, out var value))
        {
            rule.Ungrouped++;
            return;
        }

        var low = _watermarks.Low;
        var started = _sampling ? Stopwatch.GetTimestamp() : 0;
        var sources = SourcesOf(rule, variant, key, occurrence, behind, low);
        var firing = _spare.TryPop(out var spare) ? spare : new Firing();
        var fires = variant.Window!.Add(key, occurrence, source, value, low, firing);
        if (_sampling)
        {
            rule.Cost.Add(Stopwatch.GetTimestamp() - started);
        }

        if (fires)
        {
            Fired(rule, variant, key, fields, occurrence, firing, sources, commit);
        }

        _spare.Push(firing);
    }

    private void Fired(CorrelationRule rule, RuleVariant variant, UInt128 key, GroupKey fields, in Occurrence occurrence, Firing firing, AlertSources? sources, ICommit? commit)
    {
        if (commit is not null)
        {
            rule.Recent.Add(_now);
            rule.LastHit = occurrence.Time;
        }

        if (rule.RaisesAlerts && !variant.DryRun && variant.Level > AlertLevel.Informational)
        {
            _alerts.Raise(rule, variant, key, fields.Fields, occurrence, firing, sources, commit);
        }

        if (rule.Listeners.Count > 0)
        {
            Feed(rule, occurrence, sources, commit);
        }
    }

    private void CloseWindows(ICommit? commit, long now)
    {
        if (_closing.Count == 0)
        {
            return;
        }

        _now = now;
        _watermarks.Recompute(now);
        foreach (var (rule, variant, window) in _closing)
        {
            while (window.TryClose(_watermarks.Low, out var key, out var last, _firing, out var fired))
            {
                if (fired)
                {
                    _turn++;
                    Fired(rule, variant, key, rule.Keys[0], last, _firing, null, commit);
                }
            }
        }
    }

    private bool TryValue(CorrelationRule rule, Event e, out ulong value)
    {
        value = 0;
        if (rule.Values.Fields.Length == 0)
        {
            return true;
        }

        if (rule.Rule.Type == CorrelationType.ValueCount)
        {
            var found = rule.Values.TryHash(_hasher, e, _turn, out var hash);
            value = (ulong)hash;
            return found;
        }

        var number = rule.Values.Fields[0].Get(e);
        value = BitConverter.DoubleToUInt64Bits(number.Real);
        return number.Kind is FieldKind.Integer or FieldKind.Real;
    }

    /// <summary>For a rule whose key names no source, the addresses seen with this key while its window was never empty.</summary>
    private static AlertSources? SourcesOf(CorrelationRule rule, RuleVariant variant, UInt128 key, in Occurrence occurrence, AlertSources? behind, long low)
    {
        if (rule.Behind is not { } table)
        {
            return null;
        }

        var timespan = variant.Correlation!.Timespan.Ticks * 100;
        ref var state = ref table.GetOrAdd(key, occurrence.Time, low - timespan, out _);
        state.Sources ??= new AlertSources();
        if (occurrence.Time - state.Sources.Last > timespan)
        {
            state.Sources.Clear();
        }

        if (behind is null)
        {
            state.Sources.Add(occurrence.Event, occurrence.Time);
        }
        else if (!rule.HasOwnSubject)
        {
            state.Sources.Merge(behind, occurrence.Time);
        }

        return state.Sources;
    }

    private UInt128 HashOf(EventField[] fields, Event e)
    {
        // Of a rule on single events the key is whatever parts the event has.
        if (_hasher.TryHash(fields, e, out var all))
        {
            return all;
        }

        UInt128 hash = 0;
        Span<byte> pair = stackalloc byte[32];
        for (var i = 0; i < fields.Length; i++)
        {
            if (_hasher.TryHash(fields.AsSpan(i, 1), e, out var part))
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(pair, hash);
                System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(pair[16..], part + (UInt128)i);
                hash = _hasher.Hash(pair);
            }
        }

        return hash;
    }

    private ulong Identity(Event e, ulong position)
    {
        if (_identityTurn != _turn)
        {
            _identity = e.Seq == 0 ? position : _hasher.Hash64(e.SensorId) ^ (e.Epoch * 0x9E3779B97F4A7C15) ^ (e.Seq * 0xD6E8FEB86659FD93);
            _identityTurn = _turn;
        }

        return _identity;
    }
}
