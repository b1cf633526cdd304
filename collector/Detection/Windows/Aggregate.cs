using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>The computed value of a window's values.</summary>
internal static class Aggregate
{
    /// <param name="type">Which value.</param>
    /// <param name="percentile">0-100, for the percentile; linear between the two nearest ranks.</param>
    /// <param name="values">At least one value; is sorted in place for median and percentile.</param>
    /// <param name="sum">Their sum.</param>
    public static double Of(CorrelationType type, double percentile, Span<double> values, double sum)
    {
        switch (type)
        {
            case CorrelationType.ValueSum:
                return sum;
            case CorrelationType.ValueAverage:
                return sum / values.Length;
            default:
                values.Sort();
                var rank = (type == CorrelationType.ValueMedian ? 50 : percentile) / 100 * (values.Length - 1);
                var below = (int)Math.Floor(rank);
                var above = Math.Min(below + 1, values.Length - 1);
                return values[below] + ((rank - below) * (values[above] - values[below]));
        }
    }
}
