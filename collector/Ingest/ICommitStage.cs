using SensorNet.V1;

namespace SensorNet.Collector.Ingest;

/// <summary>
/// One thing that is done with every event while it is being committed: enrichment, call records, registrations,
/// counters, detection. Stages run in a fixed order, all on the commit thread, so none needs a lock; what they want
/// stored goes into the same synced write as the events themselves.
/// </summary>
internal interface ICommitStage
{
    /// <summary>A new event (duplicates never get here), before it is encoded for storage.</summary>
    /// <param name="position">Where it is being stored; grows with every event.</param>
    /// <param name="e">The event; only the enrichment stage may change it.</param>
    /// <param name="commit">The batch being built.</param>
    void OnEvent(ulong position, Event e, ICommit commit);

    /// <summary>All events of the batch were seen: write the rows that changed.</summary>
    void OnBatchEnd(ICommit commit);

    /// <summary>The batch is durable: tell whoever watches.</summary>
    void OnDurable();
}
