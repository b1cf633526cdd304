namespace SensorNet.Collector.Storage;

/// <summary>The directory holds no store of a format that this version can read. The message says what to do.</summary>
internal sealed class StoreFormatException(string message) : IOException(message);
