namespace SensorNet.Collector.Storage;

/// <summary>
/// Nothing can be stored at present: no space, a damaged store, or a collector that is stopping. Nothing of the refused
/// submission was stored; the sender keeps it and tries again.
/// </summary>
internal sealed class StoreUnavailableException(string message) : IOException(message);
