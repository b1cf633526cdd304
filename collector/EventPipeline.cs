using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Alerts;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Export;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Lists;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector;

/// <summary>
/// What happens to an event once it is here, in one place: the store, the commit loop, and the stages in their order -
/// enrichment, objects, gauges, then rules and alerts.
/// </summary>
internal sealed class EventPipeline : IAsyncDisposable
{
    private readonly EventFiles? _files;

    private EventPipeline(EventStore store, ObjectStages objects, AuditLog audit, DetectionPipeline detection, CommitLoop commits, EventFiles? files)
    {
        _files = files;
        Store = store;
        Objects = objects;
        Audit = audit;
        Detection = detection;
        Commits = commits;
    }

    private HookQueue? _hooks;

    public EventStore Store { get; }

    public ObjectStages Objects { get; }

    public AuditLog Audit { get; }

    public DetectionPipeline Detection { get; }

    public CommitLoop Commits { get; }

    /// <summary>Opens the store and brings every stage to where it was.</summary>
    /// <param name="options">Where the store and the rules are.</param>
    /// <param name="clock">The collector's clock.</param>
    /// <param name="logs">Where to say what happens.</param>
    /// <param name="progress">Told now and then how far it is; what it throws ends the start.</param>
    /// <exception cref="StoreLockedException">Another collector holds the store.</exception>
    /// <exception cref="NativeLibraryMissingException">A Debian package is missing; the message names it.</exception>
    /// <exception cref="ConfigurationException">The rules or lists that it names cannot be used.</exception>
    public static EventPipeline Open(CollectorOptions options, TimeProvider clock, ILoggerFactory logs, Action<string> progress)
    {
        var logger = logs.CreateLogger<EventPipeline>();
        var store = EventStore.Open(options.Store, clock, logger);
        try
        {
            var objects = ObjectStages.Create(store);
            CommitLoop? commits = null;
            var audit = new AuditLog(store, new Lazy<IRowWriter>(() => new CommitRowWriter(commits!)), clock);
            var detection = OpenDetection(options.Detection, store, audit, clock, logger, progress);
            var files = options.EventFiles.Directory is null ? null : new EventFiles(options.EventFiles, logger);
            ICommitStage[] stages = [detection.Enrichment, .. objects.Stages, .. detection.Last, .. files is null ? Array.Empty<ICommitStage>() : [files]];
            commits = new CommitLoop(store, stages, new CommitOptions(), clock, logger);
            return new EventPipeline(store, objects, audit, detection, commits, files) { _hooks = OpenHooks(options.Notify, detection, audit, clock, logger) };
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public void Start() => Commits.Start();

    /// <summary>Makes the parts known to the services.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(Store);
        services.AddSingleton<IStoreReader>(Store);
        services.AddSingleton(Commits);
        services.AddSingleton(Audit);
        services.AddSingleton(Detection.Alerts);
        services.AddSingleton(Detection.AlertReader);
        services.AddSingleton(Detection);
        services.AddSingleton(Detection.IncidentReader);
        services.AddSingleton(Detection.RuleBook);
        services.AddSingleton(Detection.History);
        services.AddSingleton(Detection.Lists);
        services.AddSingleton<AlertExplainer>();
        services.AddSingleton<RuleAdministration>();
        services.AddSingleton<RuleTester>();
        services.AddSingleton<SourcePreview>();
        services.AddSingleton(Objects.CallReader);
        services.AddSingleton(Objects.RegistrationReader);
        services.AddSingleton(Objects.EntityReader);
        services.AddSingleton(Objects.StatisticsReader);
    }

    public async ValueTask DisposeAsync()
    {
        await Commits.DisposeAsync();
        if (_files is not null)
        {
            await _files.DisposeAsync();
        }

        if (_hooks is { } hooks)
        {
            await hooks.DisposeAsync();
        }

        Store.Dispose();
    }

    private static HookQueue? OpenHooks(NotifyOptions options, DetectionPipeline detection, AuditLog audit, TimeProvider clock, ILogger logger)
    {
        var hooks = HookSet.Create(options, audit, clock, logger);
        if (hooks is not null)
        {
            detection.Alerts.Notifiers.Add(hooks);
            detection.Lists.BlockChanged += hooks.Block;
        }

        return hooks;
    }

    private static DetectionPipeline OpenDetection(DetectionOptions options, EventStore store, AuditLog audit, TimeProvider clock, ILogger logger, Action<string> progress)
    {
        DetectionPipeline detection;
        try
        {
            detection = DetectionPipeline.Create(options, store, audit, clock);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FormatException)
        {
            throw new ConfigurationException($"section `detection`: {e.Message}", e);
        }

        // One broken rule is no reason to have none.
        foreach (var error in detection.Errors)
        {
            logger.LogError("Rule left out: {Error}", error.ToString());
        }

        var started = clock.GetTimestamp();
        detection.Restore(count => progress($"The rules have seen {count} events of the last day again"));
        logger.LogInformation("{Rules} rules; they have seen the last {Count} events again in {Seconds:0.0} s", detection.Engine.Rules.All.Count(), detection.Replayed, clock.GetElapsedTime(started).TotalSeconds);
        return detection;
    }
}
