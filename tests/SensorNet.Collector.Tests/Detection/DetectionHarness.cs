using SensorNet.Collector.Alerts;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>Detection over a store in memory, with the shipped catalogue or with a test's own rules.</summary>
internal sealed class DetectionHarness
{
    private readonly DetectionOptions _options;
    private DetectionPipeline _pipeline;

    private DetectionHarness(DetectionOptions options)
    {
        _options = options;
        Audit = new AuditLog(Store, new Lazy<IRowWriter>(() => throw new InvalidOperationException("no entries of their own here")), TimeProvider.System);
        _pipeline = DetectionPipeline.Create(options, Store, Audit, TimeProvider.System);
        _pipeline.Restore();
    }

    public static string Catalogue => Path.Combine(Repository.Root, "collector", "rules");

    public MemoryStore Store { get; } = new();

    public AuditLog Audit { get; private set; }

    public DetectionPipeline Pipeline => _pipeline;

    public IReadOnlyList<ICommitStage> Stages => [_pipeline.Enrichment, .. _pipeline.Last];

    /// <summary>As stored once counts have been written.</summary>
    public IReadOnlyList<Alert> Alerts
    {
        get
        {
            Store.IngestTime += AlertBook.LongestWait;
            Store.Commit(Stages);
            return _pipeline.AlertReader.List(new ListAlertsRequest { Limit = 100_000 });
        }
    }

    public static DetectionHarness WithCatalogue(Func<DetectionOptions, DetectionOptions>? change = null)
    {
        var options = Options(Catalogue);
        return new DetectionHarness(change is null ? options : change(options));
    }

    /// <summary>The rules are written to a folder of their own, which the caller's test directory keeps.</summary>
    public static DetectionHarness WithRules(string yaml, string overlay = "")
    {
        var folder = Directory.CreateTempSubdirectory("sensornet-rules-");
        File.WriteAllText(Path.Combine(folder.FullName, "rules.yml"), yaml);
        if (overlay.Length > 0)
        {
            File.WriteAllText(Path.Combine(folder.FullName, "thresholds.yml"), overlay);
        }

        var harness = new DetectionHarness(Options(folder.FullName));
        folder.Delete(recursive: true);
        Assert.Empty(harness._pipeline.Errors);
        return harness;
    }

    /// <summary>The rules of a folder that the test goes on changing.</summary>
    public static DetectionHarness WithFolder(string folder) => new(Options(folder));

    /// <summary>Commits events in batches of the given size.</summary>
    public void Feed(IEnumerable<Event> events, int batch = 100)
    {
        foreach (var chunk in events.Chunk(batch))
        {
            Store.Commit(Stages, chunk);
        }
    }

    public void Feed(params Event[] events) => Feed(events, 1);

    /// <summary>The process ends without warning and starts again over what is stored.</summary>
    public void Restart()
    {
        Audit = new AuditLog(Store, new Lazy<IRowWriter>(() => throw new InvalidOperationException("no entries of their own here")), TimeProvider.System);
        _pipeline = DetectionPipeline.Create(_options, Store, Audit, TimeProvider.System);
        _pipeline.Restore();
    }

    public IReadOnlyList<Alert> AlertsOf(string rulePrefix) =>
        [.. Alerts.Where(a => a.RuleName.StartsWith(rulePrefix, StringComparison.Ordinal))];

    private static DetectionOptions Options(string folder) => new()
    {
        RuleDirectories = [folder],
        TrustedSources = [],
        Carriers = [],
        HomeCountryCode = "",
        OwnNumbers = [],
        Lateness = TimeSpan.FromSeconds(5),
        MaxKeys = 100_000,
    };
}
