namespace SensorNet.Collector.Alerts;

/// <summary>A watcher's queue was full: it must watch again from the start.</summary>
internal sealed class TooSlowException() : Exception("The watcher reads too slowly; watch again with the open alerts first.");
