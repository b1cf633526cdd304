namespace SensorNet.Collector.Ingest;

/// <summary>What the store holds of a sensor's epoch, for the answer to its hello.</summary>
/// <param name="Acked">Everything up to here is durable or given up by the sensor.</param>
/// <param name="Held">Sequences above <paramref name="Acked"/> that are held already, as first, last, first, last ...</param>
internal sealed record SensorWindow(ulong Acked, IReadOnlyList<ulong> Held);
