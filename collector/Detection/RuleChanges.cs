using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>What a reload of the rules changes: each rule as it was (null: new) and as it is (null: gone).</summary>
internal sealed record RuleChanges(IReadOnlyList<(RunningRule? Before, RunningRule? After)> Rules, int Unchanged)
{
    public static RuleChanges Between(RuleSet before, RuleSet after)
    {
        var old = before.All.ToDictionary(r => r.Header.Id);
        var changes = new List<(RunningRule?, RunningRule?)>();
        var unchanged = 0;
        foreach (var rule in after.All)
        {
            if (!old.Remove(rule.Header.Id, out var former))
            {
                changes.Add((null, rule));
            }
            else if (VersionsOf(former) != VersionsOf(rule))
            {
                changes.Add((former, rule));
            }
            else
            {
                unchanged++;
            }
        }

        changes.AddRange(old.Values.Select(r => ((RunningRule?)r, (RunningRule?)null)));
        return new RuleChanges(changes, unchanged);
    }

    public IEnumerable<string> Added => Rules.Where(r => r.Before is null).Select(r => r.After!.Name);

    public IEnumerable<string> Changed => Rules.Where(r => r is { Before: not null, After: not null }).Select(r => r.After!.Name);

    public IEnumerable<string> Removed => Rules.Where(r => r.After is null).Select(r => r.Before!.Name);

    public ReloadRulesResponse ToResponse()
    {
        var response = new ReloadRulesResponse { Unchanged = (uint)Unchanged };
        response.Added.Add(Added);
        response.Changed.Add(Changed);
        response.Removed.Add(Removed);
        foreach (var (before, after) in Rules.Where(r => r is { Before: not null, After: not null }))
        {
            response.Diffs.Add(new RuleDiff { Rule = after!.Name, Lines = { DiffOf(before, after) } });
        }

        return response;
    }

    /// <summary>Of the rule's text, and of the numbers laid over it.</summary>
    public static IReadOnlyList<string> DiffOf(RunningRule? before, RunningRule? after) => LineDiff.Of(Describe(before), Describe(after));

    public override string ToString() =>
        $"{Unchanged} unchanged{Part("added", [.. Added])}{Part("changed", [.. Changed])}{Part("removed", [.. Removed])}";

    private static string Describe(RunningRule? rule)
    {
        if (rule is null)
        {
            return "";
        }

        var numbers = rule.Variants.Where(v => v.Correlation is not null).Select(v => $"# {(v.Group.Length > 0 ? v.Group : "all hosts")}: {Sigma.ConditionText.Of(v.Correlation!)} in {Sigma.TimespanText.Format(v.Correlation!.Timespan)}, {Sigma.RuleLevel.Name(v.Level)}");
        return rule.Header.Text + string.Join('\n', numbers);
    }

    private static string VersionsOf(RunningRule rule) =>
        string.Join('|', rule.Variants.Select(v => $"{v.Group}={v.Version},{v.Level},{v.OwnEnabled},{v.OwnDryRun}"));

    private static string Part(string what, IReadOnlyList<string> names) =>
        names.Count == 0 ? "" : $", {names.Count} {what}: {string.Join(", ", names)}";
}
