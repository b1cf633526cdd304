using SensorNet.Collector.Alerts;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Detection.Producers;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Detection;

/// <summary>
/// Detection put together: the stages in their order, what the API reads from, and the start from what is stored.
/// </summary>
internal sealed class DetectionPipeline
{
    private const long Second = 1_000_000_000;

    /// <summary>How far back windows are filled again after a start, and the most events that are read for it.</summary>
    private const long LongestReplay = 24L * 3600 * Second;
    private const int MostReplayed = 2_000_000;

    private readonly DetectionOptions _options;
    private readonly IStoreReader _store;
    private readonly CallGaugeStage _gauge;
    private readonly TrunkStatsStage _trunks = new();

    private DetectionPipeline(DetectionOptions options, LoadedRules loaded, EnrichmentSettings settings, IStoreReader store, AuditLog audit)
    {
        _options = options;
        _store = store;
        Errors = loaded.Errors;
        Alerts = new AlertBook(audit) { Silences = loaded.Silences };
        Engine = new DetectionEngine(loaded.Rules, Alerts);
        Enrichment = new EnrichmentStage(settings, new BaselineBook(store, Engine.Hasher), ReadKnowledge());
        _gauge = new CallGaugeStage(settings);
        AlertReader = new AlertReader(store, Alerts.Watchers, audit);
        RuleBook = new RuleBook(Engine, audit, store);
    }

    /// <summary>What is wrong with the rule files; the rules that are right run all the same.</summary>
    public IReadOnlyList<Sigma.RuleError> Errors { get; private set; }

    public AlertBook Alerts { get; }

    public AlertReader AlertReader { get; }

    public RuleBook RuleBook { get; }

    public DetectionEngine Engine { get; }

    /// <summary>The first stage of a commit; the object stages come after it.</summary>
    public EnrichmentStage Enrichment { get; }

    /// <summary>The last stages, in order.</summary>
    public IReadOnlyList<ICommitStage> Last => [_gauge, _trunks, Engine];

    /// <summary>Events read to fill the windows at the start.</summary>
    public int Replayed { get; private set; }

    /// <summary>Loads the rules and makes everything ready; call <see cref="Restore"/> before the first commit.</summary>
    /// <exception cref="DirectoryNotFoundException">A rule folder is not there.</exception>
    /// <exception cref="FormatException">An address list holds what is no address.</exception>
    public static DetectionPipeline Create(DetectionOptions options, IStoreReader store, AuditLog audit)
    {
        var loaded = Load(options);
        var lists = loaded.Lists;
        return new DetectionPipeline(
            options,
            loaded,
            new EnrichmentSettings
            {
                TrustedSources = options.TrustedSources,
                Carriers = options.Carriers,
                HomeCountryCode = options.HomeCountryCode,
                OwnNumbers = options.OwnNumbers,
                HighRiskPrefixes = lists.TryGetValue("high_risk_prefixes", out var prefixes) ? prefixes : [],
            },
            store,
            audit);
    }

    /// <summary>Reads the rule files again; takes its time and touches nothing. Then <see cref="Apply"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">A rule folder is not there.</exception>
    public LoadedRules Reload() => Load(_options);

    /// <summary>
    /// Puts reloaded rules in place of the running ones; on the commit thread. Rules with an error are left out, as at
    /// the start.
    /// </summary>
    public RuleChanges Apply(LoadedRules loaded)
    {
        var changes = RuleChanges.Between(Engine.Rules, loaded.Rules);
        Engine.Use(loaded.Rules);
        Alerts.Silences = loaded.Silences;
        Errors = loaded.Errors;
        return changes;
    }

    /// <summary>Reads the address databases and reputation lists again; takes its time and touches nothing.</summary>
    /// <exception cref="FormatException">One of them cannot be read.</exception>
    public SourceKnowledge ReadKnowledge() => new(_options.AddressDatabases, _options.ReputationLists);

    private static LoadedRules Load(DetectionOptions options)
    {
        IReadOnlyList<string> folders = options.RuleDirectories.Count > 0 ? options.RuleDirectories : [Path.Combine(AppContext.BaseDirectory, "rules")];
        
        // A flood of new keys fills a handful of rules at once, not all of them.
        return RuleLoader.LoadDirectories(folders, keysPerRule: Math.Max(1000, options.MaxKeys / 8));
    }

    /// <summary>
    /// Alerts as they were, and the windows filled again from the events of the last day, so that a restart in the middle
    /// of an attack neither loses nor doubles an alert.
    /// </summary>
    public void Restore()
    {
        Alerts.Restore(_store, Engine.Rules);
        RuleBook.Restore();
        var newest = 0L;
        var start = 0UL;
        foreach (var stored in _store.ReadBefore(ulong.MaxValue))
        {
            newest = newest == 0 ? stored.Event.IngestTime : newest;
            if (newest - stored.Event.IngestTime > LongestReplay || Replayed >= MostReplayed)
            {
                break;
            }

            start = stored.Position;
            Replayed++;
        }

        if (Replayed == 0)
        {
            return;
        }

        foreach (var stored in _store.ReadAfter(start - 1))
        {
            _gauge.Replay(stored.Event);
            _trunks.Replay(stored.Event);
            Engine.Replay(stored.Position, stored.Event);
        }
    }
}
