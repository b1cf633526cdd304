namespace SensorNet.Collector.Ingest;

/// <summary>What the commit loop has done since it started. Written on the commit thread, read anywhere.</summary>
internal sealed class CommitCounters
{
    private long events;
    private long duplicates;
    private long lost;
    private long derivedDropped;
    private long stageFailures;
    private long cut;
    private long commits;
    private long writeFailures;

    /// <summary>Events stored.</summary>
    public long Events => Interlocked.Read(ref events);

    /// <summary>Events that were held already.</summary>
    public long Duplicates => Interlocked.Read(ref duplicates);

    /// <summary>Sequences that sensors gave up.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>Derived events dropped because they were too many or too deeply derived.</summary>
    public long DerivedDropped => Interlocked.Read(ref derivedDropped);

    /// <summary>Calls of a stage that threw.</summary>
    public long StageFailures => Interlocked.Read(ref stageFailures);

    /// <summary>Events that were cut to the size limit.</summary>
    public long Cut => Interlocked.Read(ref cut);

    public long Commits => Interlocked.Read(ref commits);

    /// <summary>Writes that failed and were tried again.</summary>
    public long WriteFailures => Interlocked.Read(ref writeFailures);

    public void AddEvent() => Interlocked.Increment(ref events);

    public void AddDuplicate() => Interlocked.Increment(ref duplicates);

    public void AddLost(ulong count) => Interlocked.Add(ref lost, (long)Math.Min(count, long.MaxValue));

    public void AddDerivedDropped() => Interlocked.Increment(ref derivedDropped);

    public void AddStageFailure() => Interlocked.Increment(ref stageFailures);

    public void AddCut() => Interlocked.Increment(ref cut);

    public void AddCommit() => Interlocked.Increment(ref commits);

    public void AddWriteFailure() => Interlocked.Increment(ref writeFailures);
}
