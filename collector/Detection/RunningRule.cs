using System.Collections.Frozen;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// What detection and correlation rules have in common while they run. Runs on the commit thread; what it counts is read
/// anywhere.
/// </summary>
internal abstract class RunningRule(RuleHeader header, IEnumerable<string> groupByNames, IReadOnlyList<RuleVariant> variants)
{
    private readonly FrozenDictionary<string, RuleVariant>? _groups =
        variants.Count == 1 ? null : variants.Skip(1).ToFrozenDictionary(v => v.Group, StringComparer.Ordinal);

    private readonly RuleVariant _default = variants[0];

    public RuleHeader Header => header;

    /// <summary>Whether events of trusted sources are looked at too.</summary>
    public bool IncludesTrusted { get; } = header.Extension.IncludeTrusted;

    /// <summary>The rule's name, or its id when it has none.</summary>
    public string Name => header.Name.Length > 0 ? header.Name : header.Id;

    public abstract string Kind { get; }

    public IReadOnlyList<string> GroupByNames { get; } = [.. groupByNames];

    /// <summary>The one for all hosts first, then those of host groups with numbers of their own.</summary>
    public IReadOnlyList<RuleVariant> Variants => variants;

    public RuleVariant Default => _default;

    /// <summary>Correlations that wait for this rule, and their number for it.</summary>
    public List<(CorrelationRule Rule, int Source)> Listeners { get; } = [];

    /// <summary>
    /// How far back events may lie, nanoseconds, without which it and those who wait for it would not be in the state that
    /// they are in; 0 when they remember nothing.
    /// </summary>
    public long Reach => Listeners.Count == 0 ? Span : Span + Listeners.Max(l => l.Rule.Reach);

    /// <summary>The same of this rule alone.</summary>
    protected virtual long Span => 0;

    /// <summary>Whether its firings become alerts.</summary>
    public bool RaisesAlerts { get; set; }

    /// <summary>An operator's switches; null: as the files say.</summary>
    public (bool? Enabled, bool? DryRun) Switches { get; private set; }

    public bool Enabled => Default.Enabled;

    public bool DryRun => Default.DryRun;

    /// <summary>Events looked at, firings, and the event time of the last firing.</summary>
    public long Evaluated { get; set; }

    public long Hits => Recent.Total;

    public long LastHit { get; set; }

    /// <summary>Firings by the collector's clock.</summary>
    public HitCounter Recent { get; private set; } = new();

    public RuleCost Cost { get; private set; } = new();

    /// <summary>The variant for an event of that host group (several groups: separated by commas, the first that has one counts).</summary>
    public RuleVariant For(Event e)
    {
        if (_groups is null || e.Enrichment is not { HostGroup.Length: > 0 } enrichment)
        {
            return _default;
        }

        if (_groups.TryGetValue(enrichment.HostGroup, out var own))
        {
            return own;
        }

        return enrichment.HostGroup.Contains(',', StringComparison.Ordinal) ? First(enrichment.HostGroup) : variants[0];
    }

    public void Switch(bool? enabled, bool? dryRun)
    {
        Switches = (enabled, dryRun);
        foreach (var variant in variants)
        {
            variant.Enabled = (variant == Default ? enabled ?? variant.OwnEnabled : variant.OwnEnabled ?? enabled ?? Default.OwnEnabled) ?? !header.Extension.Disabled;
            variant.DryRun = (variant == Default ? dryRun ?? variant.OwnDryRun : variant.OwnDryRun ?? dryRun ?? Default.OwnDryRun) ?? header.Extension.DryRun;
        }
    }

    /// <summary>Takes over counters and switches of the same rule of the former rule set, and the windows of variants that did not change.</summary>
    public virtual void Adopt(RunningRule former)
    {
        (Evaluated, LastHit, Recent, Cost) = (former.Evaluated, former.LastHit, former.Recent, former.Cost);
        Switch(former.Switches.Enabled, former.Switches.DryRun);
        foreach (var variant in variants)
        {
            if (former.Variants.FirstOrDefault(v => v.Group == variant.Group && v.Version == variant.Version) is { } same)
            {
                variant.Adopt(same);
            }
        }
    }

    private RuleVariant First(string groups)
    {
        foreach (var group in groups.Split(','))
        {
            if (_groups!.TryGetValue(group, out var own))
            {
                return own;
            }
        }

        return variants[0];
    }
}
