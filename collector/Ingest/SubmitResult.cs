namespace SensorNet.Collector.Ingest;

/// <summary>What became of a batch that is now durable.</summary>
/// <param name="Acked">Every event of the epoch up to and including this sequence is durable or given up by the sensor.</param>
/// <param name="Stored">Events of the batch that were new.</param>
/// <param name="Duplicates">Events of the batch that were held already.</param>
internal readonly record struct SubmitResult(ulong Acked, int Stored, int Duplicates);
