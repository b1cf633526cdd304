namespace SensorNet.Sensor.Logs;

/// <summary>What became of the lines of one source. Written by its reader, read by anyone.</summary>
internal sealed class LogCounters
{
    public long Lines { get; set; }

    public long Bytes { get; set; }

    public long Events { get; set; }

    /// <summary>Understood, no event in them.</summary>
    public long Quiet { get; set; }

    /// <summary>Understood, part of an attempt that was already told of.</summary>
    public long Repeats { get; set; }

    /// <summary>Claimed by no parser.</summary>
    public long Unclaimed { get; set; }

    /// <summary>log.raw events withheld by their rate limit.</summary>
    public long RawDropped { get; set; }

    /// <summary>Longer than the cap; their end was thrown away.</summary>
    public long Cut { get; set; }

    /// <summary>Without a time of their own that could be read.</summary>
    public long Timeless { get; set; }

    /// <summary>A parser failed on the line: a defect, never expected.</summary>
    public long Failed { get; set; }

    public void Add(LogCounters other)
    {
        Lines += other.Lines;
        Bytes += other.Bytes;
        Events += other.Events;
        Quiet += other.Quiet;
        Repeats += other.Repeats;
        Unclaimed += other.Unclaimed;
        RawDropped += other.RawDropped;
        Cut += other.Cut;
        Timeless += other.Timeless;
        Failed += other.Failed;
    }
}
