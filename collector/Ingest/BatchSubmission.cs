using SensorNet.V1;

namespace SensorNet.Collector.Ingest;

/// <summary>A sensor's batch.</summary>
internal sealed class BatchSubmission(string sensorId, ulong epoch, EventBatch batch) : Submission<SubmitResult>
{
    public override int Events => batch.Events.Count;

    public override void Apply(CommitBatch commit) => Result = commit.AddSensorBatch(sensorId, epoch, batch);
}
