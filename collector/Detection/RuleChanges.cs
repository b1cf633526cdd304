namespace SensorNet.Collector.Detection;

/// <summary>What a reload of the rules has changed, by rule name.</summary>
internal sealed record RuleChanges(IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed, int Unchanged)
{
    public static RuleChanges Between(RuleSet before, RuleSet after)
    {
        var old = before.All.ToDictionary(r => r.Header.Id);
        var added = new List<string>();
        var changed = new List<string>();
        var unchanged = 0;
        foreach (var rule in after.All)
        {
            if (!old.Remove(rule.Header.Id, out var former))
            {
                added.Add(rule.Name);
            }
            else if (former.Header.Version != rule.Header.Version)
            {
                changed.Add(rule.Name);
            }
            else
            {
                unchanged++;
            }
        }

        return new RuleChanges(added, changed, [.. old.Values.Select(r => r.Name)], unchanged);
    }

    public override string ToString() =>
        $"{Unchanged} unchanged{Part("added", Added)}{Part("changed", Changed)}{Part("removed", Removed)}";

    private static string Part(string what, IReadOnlyList<string> names) =>
        names.Count == 0 ? "" : $", {names.Count} {what}: {string.Join(", ", names)}";
}
