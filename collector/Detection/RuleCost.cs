using System.Diagnostics;

namespace SensorNet.Collector.Detection;

/// <summary>The time that a rule takes, from a sample of the events it looks at. Written on the commit thread.</summary>
internal sealed class RuleCost
{
    /// <summary>One event in so many is timed; the clock itself costs as much as a cheap rule.</summary>
    public const int Every = 64;

    public long Ticks { get; private set; }

    public long Samples { get; private set; }

    /// <summary>Mean, microseconds; 0 before the first sample.</summary>
    public double Microseconds => Samples == 0 ? 0 : Ticks * 1e6 / Stopwatch.Frequency / Samples;

    public void Add(long ticks)
    {
        Ticks += ticks;
        Samples++;
    }
}
