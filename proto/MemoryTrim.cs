namespace SensorNet.Proto;

/// <summary>
/// Gives back what start-up and past bursts left behind, while little goes on: the garbage collector's own budget for young
/// objects follows the processor's cache, which on servers is tens of megabytes. A program that works is left alone.
/// </summary>
/// <param name="worthIt">Octets that must have been allocated since the last time.</param>
/// <param name="quiet">Between two looks fewer octets than these were allocated: little goes on.</param>
public sealed class MemoryTrim(long worthIt, long quiet)
{
    private long _last;
    private long _trimmed;

    /// <summary>To be called now and then, one call at a time; a collection takes some milliseconds.</summary>
    /// <returns>Whether memory was given back now.</returns>
    public bool Look()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var trim = allocated - _last < quiet && allocated - _trimmed > worthIt;
        if (trim)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _trimmed = allocated;
        }

        _last = allocated;
        return trim;
    }
}
