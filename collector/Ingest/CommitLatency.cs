namespace SensorNet.Collector.Ingest;

/// <summary>The durations of the last 1,024 commits. Written on the commit thread, read anywhere.</summary>
internal sealed class CommitLatency
{
    private readonly long[] microseconds = new long[1024];
    private long count;

    public void Add(TimeSpan duration)
    {
        var index = Interlocked.Increment(ref count) - 1;
        Volatile.Write(ref microseconds[index % microseconds.Length], (long)duration.TotalMicroseconds);
    }

    /// <summary>The duration that this share (0 to 1) of the commits did not exceed, in microseconds; 0 when there were none.</summary>
    public long Percentile(double share)
    {
        var filled = (int)Math.Min(Interlocked.Read(ref count), microseconds.Length);
        if (filled == 0)
        {
            return 0;
        }

        var sorted = microseconds[..filled];
        Array.Sort(sorted);
        return sorted[Math.Min(filled - 1, (int)(share * filled))];
    }
}
