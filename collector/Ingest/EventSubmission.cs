using SensorNet.V1;

namespace SensorNet.Collector.Ingest;

/// <summary>An event that the collector itself brings.</summary>
internal sealed class EventSubmission(Event e) : Submission<ulong>
{
    public override int Events => 1;

    public override void Apply(CommitBatch commit) => Result = commit.AddOwnEvent(e);
}
