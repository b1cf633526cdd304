using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>What an overlay changes of one rule; null: as the rule says.</summary>
internal sealed record RuleOverride(CountCondition? Condition, TimeSpan? Timespan, AlertLevel? Level, bool? Enabled, bool? DryRun, string File = "", int Line = 0)
{
    public static RuleOverride None { get; } = new(null, null, null, null, null);

    /// <summary>The other one laid over this one.</summary>
    public RuleOverride With(RuleOverride? later) => later is null ? this : new RuleOverride(
        later.Condition ?? Condition,
        later.Timespan ?? Timespan,
        later.Level ?? Level,
        later.Enabled ?? Enabled,
        later.DryRun ?? DryRun,
        later.File,
        later.Line);

    public static RuleOverride Of(RuleThresholds thresholds)
    {
        var condition = new CountCondition(
            thresholds.HasGt ? thresholds.Gt : double.NaN,
            thresholds.HasGte ? thresholds.Gte : double.NaN,
            thresholds.HasLt ? thresholds.Lt : double.NaN,
            thresholds.HasLte ? thresholds.Lte : double.NaN,
            thresholds.HasEq ? thresholds.Eq : double.NaN,
            thresholds.HasNeq ? thresholds.Neq : double.NaN);
        return new RuleOverride(
            condition.IsEmpty ? null : condition,
            thresholds.HasWindowMs ? TimeSpan.FromMilliseconds(thresholds.WindowMs) : null,
            thresholds.Level == AlertLevel.Unspecified ? null : thresholds.Level,
            thresholds.HasEnabled ? thresholds.Enabled : null,
            thresholds.HasDryRun ? thresholds.DryRun : null);
    }

    public RuleThresholds ToThresholds()
    {
        var thresholds = new RuleThresholds { Level = Level ?? AlertLevel.Unspecified };
        if (Condition is { } condition)
        {
            condition.CopyTo(thresholds);
        }

        if (Timespan is { } timespan)
        {
            thresholds.WindowMs = (ulong)timespan.TotalMilliseconds;
        }

        if (Enabled is { } enabled)
        {
            thresholds.Enabled = enabled;
        }

        if (DryRun is { } dryRun)
        {
            thresholds.DryRun = dryRun;
        }

        return thresholds;
    }

    /// <summary>In words, for histories: "gte=50 timespan=10m".</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        if (Condition is { } condition)
        {
            parts.Add($"condition={condition}");
        }

        if (Timespan is { } timespan)
        {
            parts.Add($"timespan={TimespanText.Format(timespan)}");
        }

        if (Level is { } level)
        {
            parts.Add($"level={RuleLevel.Name(level)}");
        }

        if (Enabled is { } enabled)
        {
            parts.Add(enabled ? "enabled" : "disabled");
        }

        if (DryRun is { } dryRun)
        {
            parts.Add(dryRun ? "dry_run" : "not dry_run");
        }

        return parts.Count == 0 ? "as written" : string.Join(' ', parts);
    }
}
