namespace SensorNet.Sensor.Spool;

/// <summary>The state directory cannot be used; the message says why and how to mend it.</summary>
internal sealed class StateDirectoryException(string message, bool locked, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Another process holds it.</summary>
    public bool Locked { get; } = locked;
}
