using SensorNet.V1;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>A rule's match, on its way into correlations.</summary>
/// <param name="Event">The event that matched (for a correlation that fired: its last event).</param>
/// <param name="Time">Event time, nanoseconds, clamped to at most a minute after the collector's clock.</param>
/// <param name="Position">Where the event is stored.</param>
/// <param name="Identity">The same for every copy of the event, whatever its position.</param>
internal readonly record struct Occurrence(Event Event, long Time, ulong Position, ulong Identity);
