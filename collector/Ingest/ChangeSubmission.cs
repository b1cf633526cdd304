namespace SensorNet.Collector.Ingest;

/// <summary>A write asked for by the API.</summary>
internal sealed class ChangeSubmission(Action<ICommit> change) : Submission<bool>
{
    public override void Apply(CommitBatch commit) => Refusal = commit.Change(change);
}
