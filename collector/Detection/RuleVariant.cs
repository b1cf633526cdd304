using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Detection.Windows;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// A rule as it runs for one host group, or for all hosts that have no numbers of their own. A group with numbers of its
/// own counts its own hosts by itself.
/// </summary>
/// <param name="group">The host group; empty: all others.</param>
/// <param name="level">Level of its alerts.</param>
/// <param name="version">Hash of the rule's text and of the numbers: part of the ids of its alerts.</param>
/// <param name="correlation">With the numbers of this group; null for a rule on single events.</param>
/// <param name="window">What it remembers; null for a rule on single events.</param>
internal sealed class RuleVariant(string group, AlertLevel level, string version, SigmaCorrelation? correlation, Window? window)
{
    private volatile bool _enabled = true;
    private volatile bool _dryRun;

    public string Group => group;

    public AlertLevel Level => level;

    public string Version => version;

    public SigmaCorrelation? Correlation => correlation;

    public Window? Window { get; private set; } = window;

    /// <summary>What the group's overlay says; null: as for all others.</summary>
    public bool? OwnEnabled { get; init; }

    public bool? OwnDryRun { get; init; }

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

    /// <summary>Goes on where the same variant of the former rule set was.</summary>
    public void Adopt(RuleVariant former) => Window = former.Window;
}
