using SensorNet.Collector.Alerts;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// The threshold overlay: numbers of rules by rule name, and the named values and lists that rules refer to as
/// <c>%name%</c>. Rules carry their documented defaults; the overlay is the one place where an operator changes them.
/// </summary>
internal sealed class Thresholds
{
    public static Thresholds Empty { get; } = new();

    public Dictionary<string, RuleOverride> Rules { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>By rule name in lower case and host group: what differs there.</summary>
    public Dictionary<(string Rule, string Group), RuleOverride> Groups { get; } = [];

    /// <summary>The <c>|expand</c> placeholders.</summary>
    public Dictionary<string, IReadOnlyList<string>> Lists { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<SilenceMatcher> Silences { get; } = [];

    /// <summary>Lays another overlay over this one.</summary>
    public void Add(Thresholds later)
    {
        foreach (var (name, rule) in later.Rules)
        {
            Rules[name] = rule;
        }

        foreach (var (key, rule) in later.Groups)
        {
            Groups[key] = rule;
        }

        foreach (var (name, list) in later.Lists)
        {
            Lists[name] = list;
        }

        Silences.AddRange(later.Silences);
    }
}
