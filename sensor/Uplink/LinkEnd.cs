namespace SensorNet.Sensor.Uplink;

/// <summary>How a connection to a collector ended.</summary>
/// <param name="Kind">What it means for the next attempt.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Welcomed">Whether the collector had taken us on this connection.</param>
/// <param name="RetryAfter">The pause that the collector asked for.</param>
internal sealed record LinkEnd(LinkEndKind Kind, string Detail, bool Welcomed, TimeSpan RetryAfter = default);
