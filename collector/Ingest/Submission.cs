namespace SensorNet.Collector.Ingest;

/// <summary>Something that waits for the commit thread. Exactly one of Complete and Fail is called.</summary>
internal abstract class Submission
{
    /// <summary>Events it brings.</summary>
    public virtual int Events => 0;

    /// <summary>On the commit thread, while the batch is being built.</summary>
    public abstract void Apply(CommitBatch batch);

    /// <summary>The batch is durable.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception reason);
}
