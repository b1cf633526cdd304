using System.Globalization;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>What a counted or computed value must satisfy; all given bounds must hold. NaN: not given.</summary>
internal readonly record struct CountCondition(double Gt, double Gte, double Lt, double Lte, double Eq, double Neq)
{
    public static CountCondition None { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>Only a lower bound: the condition can be decided the moment it becomes true.</summary>
    public bool IsLowerBoundOnly => double.IsNaN(Lt) && double.IsNaN(Lte) && double.IsNaN(Eq) && double.IsNaN(Neq);

    public bool IsEmpty => double.IsNaN(Gt) && double.IsNaN(Gte) && IsLowerBoundOnly;

    /// <summary>The smallest count that meets the lower bound; at least 1.</summary>
    public int MinimumCount
    {
        get
        {
            var bound = 1.0;
            if (!double.IsNaN(Gte))
            {
                bound = Math.Max(bound, Math.Ceiling(Gte));
            }

            if (!double.IsNaN(Gt))
            {
                bound = Math.Max(bound, Math.Floor(Gt) + 1);
            }

            return (int)Math.Min(bound, int.MaxValue);
        }
    }

    public bool Holds(double value) =>
        (double.IsNaN(Gt) || value > Gt)
        && (double.IsNaN(Gte) || value >= Gte)
        && (double.IsNaN(Lt) || value < Lt)
        && (double.IsNaN(Lte) || value <= Lte)
        && (double.IsNaN(Eq) || value == Eq)
        && (double.IsNaN(Neq) || value != Neq);

    /// <summary>Writes the bounds that are given.</summary>
    public void CopyTo(RuleThresholds thresholds)
    {
        if (!double.IsNaN(Gt))
        {
            thresholds.Gt = Gt;
        }

        if (!double.IsNaN(Gte))
        {
            thresholds.Gte = Gte;
        }

        if (!double.IsNaN(Lt))
        {
            thresholds.Lt = Lt;
        }

        if (!double.IsNaN(Lte))
        {
            thresholds.Lte = Lte;
        }

        if (!double.IsNaN(Eq))
        {
            thresholds.Eq = Eq;
        }

        if (!double.IsNaN(Neq))
        {
            thresholds.Neq = Neq;
        }
    }

    public override string ToString()
    {
        var parts = new List<string>(2);
        Add(parts, ">", Gt);
        Add(parts, ">=", Gte);
        Add(parts, "<", Lt);
        Add(parts, "<=", Lte);
        Add(parts, "=", Eq);
        Add(parts, "!=", Neq);
        return string.Join(" and ", parts);
    }

    private static void Add(List<string> parts, string sign, double bound)
    {
        if (!double.IsNaN(bound))
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{sign} {bound}"));
        }
    }
}
