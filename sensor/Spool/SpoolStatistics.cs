namespace SensorNet.Sensor.Spool;

/// <summary>The spool at one moment.</summary>
/// <param name="Epoch">The epoch its sequences belong to.</param>
/// <param name="FirstAvailable">Lowest sequence that can still be read; one past <paramref name="Last"/> when none can.</param>
/// <param name="Last">Highest sequence given out; 0: none in this epoch.</param>
/// <param name="Acknowledged">Highest sequence known to be durable at the collector.</param>
/// <param name="DiskBytes">Octets of all segments.</param>
/// <param name="MemoryBytes">Octets that wait for the disk.</param>
/// <param name="DroppedEvents">Events that went unacknowledged because the spool was full, since start.</param>
/// <param name="DamagedEvents">Events that could not be read back, since start.</param>
/// <param name="WriteFailures">Writes that the disk refused, since start.</param>
/// <param name="DiskError">Why the disk takes nothing now; null while it does.</param>
internal sealed record SpoolStatistics(
    ulong Epoch,
    ulong FirstAvailable,
    ulong Last,
    ulong Acknowledged,
    long DiskBytes,
    long MemoryBytes,
    ulong DroppedEvents,
    ulong DamagedEvents,
    ulong WriteFailures,
    string? DiskError)
{
    /// <summary>Events that the collector has not acknowledged yet.</summary>
    public ulong Waiting => Last - Math.Min(Last, Math.Max(Acknowledged, FirstAvailable == 0 ? 0 : FirstAvailable - 1));
}
