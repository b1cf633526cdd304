namespace SensorNet.Sensor.Cli;

/// <summary>
/// Gives back what start-up and past bursts left behind, while little goes on: the collector's own budget for young objects
/// follows the processor's cache, which on servers is tens of megabytes. A sensor that works is left alone.
/// </summary>
internal sealed class MemoryTrim
{
    private const long WorthIt = 4 << 20;
    private const long Quiet = 8 << 20;

    private long _last;
    private long _trimmed;

    /// <summary>To be called about once a minute, one call at a time; a collection takes some milliseconds.</summary>
    public void Look()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _last < Quiet && allocated - _trimmed > WorthIt)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _trimmed = allocated;
        }

        _last = allocated;
    }
}
