namespace SensorNet.Collector.Ingest;

/// <summary>The question what is held of an epoch, and what the sensor can still send.</summary>
internal sealed class WindowSubmission(string sensorId, ulong epoch, ulong firstAvailable) : Submission<SensorWindow>
{
    public override void Apply(CommitBatch commit) => Result = commit.OpenWindow(sensorId, epoch, firstAvailable);
}
