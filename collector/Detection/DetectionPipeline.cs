using SensorNet.Collector.Alerts;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Detection.Producers;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Lists;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// Detection put together: the stages in their order, what the API reads from, and the start from what is stored.
/// </summary>
internal sealed class DetectionPipeline
{
    private const long Second = 1_000_000_000;

    /// <summary>How far back windows are filled again after a start.</summary>
    private const long LongestReplay = 24L * 3600 * Second;

    /// <summary>How long a live call is followed.</summary>
    private const long LongestCall = 4L * 3600 * Second;

    /// <summary>Of so long, every event is seen again: the sensors' clocks and the carriers' quarter of an hour depend on all of them.</summary>
    private const long CompleteReplay = 20L * 60 * Second;

    private const int ProgressEvents = 20_000;

    private readonly DetectionOptions _options;
    private readonly IStoreReader _store;
    private readonly CallGaugeStage _gauge;
    private readonly TrunkStatsStage _trunks = new();
    private readonly RuleCounters _counters;
    private readonly IReadOnlyList<string> _folders;
    private readonly int _keysPerRule;

    private DetectionPipeline(DetectionOptions options, IStoreReader store, AuditLog audit, TimeProvider clock)
    {
        _store = store;
        _options = options;
        _folders = options.RuleDirectories.Count > 0 ? options.RuleDirectories : [Path.Combine(AppContext.BaseDirectory, "rules")];

        // A flood of new keys fills a handful of rules at once, not all of them.
        _keysPerRule = Math.Max(1000, options.MaxKeys / 8);
        Lists = new ListBook(audit, new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
        {
            [KnownList.Trusted] = options.TrustedSources,
            [KnownList.Carriers] = options.Carriers,
            [KnownList.OwnNumbers] = options.OwnNumbers,
        });
        Tunings.Restore(store);
        Alerts = new AlertBook(audit);
        Engine = new DetectionEngine(new RuleSet([], [], []), Alerts, options.Lateness.Ticks * 100);
        History = new RuleHistory(store, audit);
        RuleBook = new RuleBook(Engine, Tunings, History, store, clock);
        Apply(Compile(RuleFiles.Read(_folders), Tunings.All));
        Lists.Restore(store);
        Alerts.Silences.Restore(store);
        History.Restore();
        Enrichment = new EnrichmentStage(new EnrichmentSettings { HomeCountryCode = options.HomeCountryCode }, Lists, Groups, new BaselineBook(store, Engine.Hasher), ReadKnowledge());
        _counters = new RuleCounters(Engine);
        _gauge = new CallGaugeStage(Lists.Of(KnownList.HighRisk));
        AlertReader = new AlertReader(store, Alerts.Watchers, audit);
        IncidentReader = new IncidentReader(store, AlertReader, Alerts.Watchers, audit);
    }

    /// <summary>What is wrong with the rule files; the rules that are right run all the same.</summary>
    public IReadOnlyList<RuleError> Errors => Loaded.Errors;

    /// <summary>What runs now, with the texts it was compiled from.</summary>
    public LoadedRules Loaded { get; private set; } = null!;

    public AlertBook Alerts { get; }

    public AlertReader AlertReader { get; }

    public IncidentReader IncidentReader { get; }

    public RuleBook RuleBook { get; }

    public RuleHistory History { get; }

    public TuningBook Tunings { get; } = new();

    public ListBook Lists { get; }

    public HostGroups Groups { get; } = new();

    public DetectionEngine Engine { get; }

    /// <summary>The first stage of a commit; the object stages come after it.</summary>
    public EnrichmentStage Enrichment { get; }

    /// <summary>The last stages, in order.</summary>
    public IReadOnlyList<ICommitStage> Last => [_gauge, _trunks, Engine, Lists, _counters];

    /// <summary>Events read to fill the windows at the start.</summary>
    public int Replayed { get; private set; }

    /// <summary>Loads the rules and makes everything ready; call <see cref="Restore"/> before the first commit.</summary>
    /// <exception cref="DirectoryNotFoundException">A rule folder is not there.</exception>
    /// <exception cref="FormatException">An address list holds what is no address.</exception>
    public static DetectionPipeline Create(DetectionOptions options, IStoreReader store, AuditLog audit, TimeProvider clock)
    {
        // The same complaint that the list of addresses always had, before anything runs.
        _ = new PrefixSet(options.TrustedSources, KnownList.Trusted);
        _ = new PrefixSet(options.Carriers, KnownList.Carriers);
        return new DetectionPipeline(options, store, audit, clock);
    }

    /// <summary>Reads and compiles the rule files; takes its time and touches nothing. Then <see cref="Apply"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">A rule folder is not there.</exception>
    public LoadedRules Reload() => Compile(RuleFiles.Read(_folders), Tunings.All);

    /// <summary>Compiles rule files with these tunings; takes its time and touches nothing.</summary>
    public LoadedRules Compile(RuleFiles files, IReadOnlyList<StoredTuning> tunings) => RuleLoader.Load(files, Lists, tunings, _keysPerRule);

    /// <summary>
    /// Puts compiled rules in place of the running ones; on the commit thread. Rules with an error are left out, as at
    /// the start.
    /// </summary>
    public RuleChanges Apply(LoadedRules loaded)
    {
        var changes = RuleChanges.Between(Engine.Rules, loaded.Rules);
        Loaded = loaded;
        Lists.UseOverlay(loaded.Overlay.Lists);
        Engine.Use(loaded.Rules);
        Alerts.Silences.UseOverlay(loaded.Overlay.Silences);
        RuleBook.Overlay = loaded.Overlay;
        return changes;
    }

    /// <summary>Reads the address databases and reputation lists again; takes its time and touches nothing.</summary>
    /// <exception cref="FormatException">One of them cannot be read.</exception>
    public SourceKnowledge ReadKnowledge() => new(_options.AddressDatabases, _options.ReputationLists);

    /// <summary>
    /// Alerts as they were, and the windows filled again from the events of up to the last day - each rule's as far as it
    /// looks back -, so that a restart in the middle of an attack neither loses nor doubles an alert.
    /// </summary>
    /// <param name="progress">Told now and then how many events were seen; what it throws ends the start.</param>
    public void Restore(Action<int>? progress = null)
    {
        Alerts.Restore(_store, Engine.Rules);
        RuleBook.Restore();
        _counters.Restore(_store);
        if (_store.ReadBefore(ulong.MaxValue).FirstOrDefault() is not { } newest)
        {
            return;
        }

        var from = ReplayStarts(newest);
        foreach (var stored in ReadAhead.Of(_store.ReadAfter(from.Min(), (position, type) => position > from[(uint)type < from.Length ? (int)type : 0])))
        {
            if (++Replayed % ProgressEvents == 0)
            {
                progress?.Invoke(Replayed);
            }

            _gauge.Replay(stored.Event);
            _trunks.Replay(stored.Event);
            Engine.Replay(stored.Position, stored.Event, newest.Event.IngestTime - stored.Event.IngestTime);
        }

        Engine.EndReplay();
    }

    /// <summary>For every type of events, the position after which they are seen again: as far back as a rule that takes them looks.</summary>
    private ulong[] ReplayStarts(StoredEvent newest)
    {
        var starts = new Dictionary<long, ulong>();
        var from = new ulong[TypeSet.Capacity];
        for (var type = 0; type < from.Length; type++)
        {
            var reach = (EventType)type is EventType.SipCallStart or EventType.SipCallEnd ? LongestCall : CompleteReplay;
            reach = Math.Min(LongestReplay, Math.Max(reach, Engine.Rules.Of((EventType)type)?.Reach ?? 0));
            if (!starts.TryGetValue(reach, out from[type]))
            {
                starts[reach] = from[type] = LastBefore(newest.Event.IngestTime - reach, newest.Position);
            }
        }

        return from;
    }

    /// <summary>A position before all events that came after a time, by halving: the collector's clock grows with the position.</summary>
    private ulong LastBefore(long time, ulong newest)
    {
        var (low, high) = (0UL, newest);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var next = _store.ReadAfter(middle).FirstOrDefault();
            if (next is null || next.Event.IngestTime >= time)
            {
                high = middle;
            }
            else
            {
                low = next.Position;
            }
        }

        return low;
    }
}
