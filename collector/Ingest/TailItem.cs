using SensorNet.V1;

namespace SensorNet.Collector.Ingest;

/// <summary>Something the live tail has to say.</summary>
/// <param name="Events">Events that matched, in order; may be empty.</param>
/// <param name="Filtered">Events since the last item that did not match.</param>
/// <param name="Skipped">Events since the last item that were left out because the reader is too slow.</param>
internal readonly record struct TailItem(IReadOnlyList<StoredEvent> Events, long Filtered, long Skipped);
