namespace SensorNet.Collector.Storage;

/// <summary>A native library that the store needs is absent or too old. The message says which package brings it.</summary>
internal sealed class NativeLibraryMissingException(string message) : Exception(message);
