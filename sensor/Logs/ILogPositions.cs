namespace SensorNet.Sensor.Logs;

/// <summary>
/// What the uplink tells the log readers about marks it was given (see <see cref="IMarkedEventSink"/>). Thread-safe.
/// Marks that are damaged or of a source that is no longer configured are ignored.
/// </summary>
internal interface ILogPositions
{
    /// <summary>At start: this mark is in the spool, so reading goes on after it.</summary>
    void Recovered(ReadOnlySpan<byte> mark);

    /// <summary>The event of this mark, and all before it, are the collector's now. Cheap; nothing is written.</summary>
    void Acknowledged(ReadOnlySpan<byte> mark);

    /// <summary>Makes the acknowledged positions durable. Returns when they are on disk.</summary>
    /// <exception cref="IOException">The state directory cannot be written: the caller must keep its records.</exception>
    void Flush();
}
