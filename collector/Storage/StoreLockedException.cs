namespace SensorNet.Collector.Storage;

/// <summary>Another process (or this one) has the store open already.</summary>
internal sealed class StoreLockedException(string path, Exception? inner = null)
    : IOException($"The store at {path} is in use by another collector. Stop that one, or give this one another state directory.", inner)
{
    /// <summary>The store's directory.</summary>
    public string StorePath { get; } = path;
}
