using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>For one rule: events that come close and must not raise it, and what then does.</summary>
internal sealed record RuleExample(IReadOnlyList<Event> Near, IReadOnlyList<Event> Last)
{
    /// <summary>Counted events: all but the last of them, then the last.</summary>
    public static RuleExample Counted(int threshold, Func<int, Event> series) =>
        new([.. Enumerable.Range(0, threshold - 1).Select(series)], [series(threshold - 1)]);

    /// <summary>One event that misses, one that matches.</summary>
    public static RuleExample Single(Event near, Event last) => new([near], [last]);
}
