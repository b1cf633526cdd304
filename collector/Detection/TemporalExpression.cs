using System.IO.Enumeration;
using System.Numerics;
using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection;

/// <summary>
/// The condition of a temporal correlation over its rules' names, compiled to a test of which of them have matched in
/// the window (bit i: rule i).
/// </summary>
internal static class TemporalExpression
{
    /// <returns>Null when an error was reported.</returns>
    public static Func<uint, bool>? Compile(ConditionNode node, IReadOnlyList<string> rules, Action<string> error)
    {
        switch (node)
        {
            case ConditionNode.Name name:
                return CompileName(name.Identifier, rules, error);
            case ConditionNode.And both:
                return Compile(both.Left, rules, error) is { } first && Compile(both.Right, rules, error) is { } second
                    ? present => first(present) && second(present)
                    : null;
            case ConditionNode.Or either:
                return Compile(either.Left, rules, error) is { } left && Compile(either.Right, rules, error) is { } right
                    ? present => left(present) || right(present)
                    : null;
            case ConditionNode.Quantified quantified:
                return CompileQuantified(quantified, rules);
            default:
                error("'not' in a temporal condition is not supported: whether something stays away is known only after the window; write a rule on an event that says so (log.silent, sensor.silent ...)");
                return null;
        }
    }

    /// <summary>How few of the rules must have matched for the condition to hold: for <c>a and (b or c)</c> two; without a condition, all.</summary>
    public static int LeastParts(ConditionNode? node, IReadOnlyList<string> rules)
    {
        const int MostTried = 16;
        if (node is null || rules.Count > MostTried || Compile(node, rules, static _ => { }) is not { } satisfied)
        {
            return rules.Count;
        }

        var least = rules.Count;
        for (var present = 0u; present < 1u << rules.Count; present++)
        {
            if (BitOperations.PopCount(present) < least && satisfied(present))
            {
                least = BitOperations.PopCount(present);
            }
        }

        return least;
    }

    private static Func<uint, bool>? CompileName(string name, IReadOnlyList<string> rules, Action<string> error)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i] == name)
            {
                var bit = 1u << i;
                return present => (present & bit) != 0;
            }
        }

        error($"the condition names the rule '{name}', which is not among the correlated rules");
        return null;
    }

    private static Func<uint, bool> CompileQuantified(ConditionNode.Quantified quantified, IReadOnlyList<string> rules)
    {
        var mask = 0u;
        for (var i = 0; i < rules.Count; i++)
        {
            if (quantified.Pattern == "them" || FileSystemName.MatchesSimpleExpression(quantified.Pattern, rules[i], ignoreCase: false))
            {
                mask |= 1u << i;
            }
        }

        return quantified.All ? present => (present & mask) == mask : present => (present & mask) != 0;
    }
}
