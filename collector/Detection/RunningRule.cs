using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection;

/// <summary>What detection and correlation rules have in common while they run.</summary>
internal abstract class RunningRule(RuleHeader header, IEnumerable<string> groupByNames)
{
    private volatile bool _enabled = !header.Extension.Disabled;
    private volatile bool _dryRun = header.Extension.DryRun;

    public RuleHeader Header => header;

    /// <summary>The rule's name, or its id when it has none.</summary>
    public string Name => header.Name.Length > 0 ? header.Name : header.Id;

    public abstract string Kind { get; }

    public IReadOnlyList<string> GroupByNames { get; } = [.. groupByNames];

    /// <summary>Correlations that wait for this rule, and their number for it.</summary>
    public List<(CorrelationRule Rule, int Source)> Listeners { get; } = [];

    /// <summary>Whether its firings become alerts.</summary>
    public bool RaisesAlerts { get; set; }

    public bool Enabled
    {
        get => _enabled;
        set => _enabled = value;
    }

    /// <summary>Evaluated, but raises nothing.</summary>
    public bool DryRun
    {
        get => _dryRun;
        set => _dryRun = value;
    }

    /// <summary>Events looked at, firings, and the event time of the last firing.</summary>
    public long Evaluated { get; set; }

    public long Hits { get; set; }

    public long LastHit { get; set; }
}
