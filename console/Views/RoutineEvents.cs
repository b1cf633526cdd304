namespace SensorNet.Console.Views;

/// <summary>
/// What is reported again and again, whatever happens: counters, statistics of sources and hosts, and that somebody or some
/// command opened and closed a session (the audit view has those). A quiet night would show nothing else.
/// </summary>
internal static class RoutineEvents
{
    /// <summary>Types that are nothing but figures.</summary>
    public static readonly string[] Figures = ["sip.source.stats", "sip.counters", "sip.call.gauge", "sip.trunk.stats", "sensor.health", "resource.sample"];

    /// <summary>All other events, in the collector's query language.</summary>
    public static readonly string Without = $"not ({string.Join(" or ", Figures.Select(type => "type:" + type))} or audit.class:session)";
}
