namespace SensorNet.Sensor.Spool;

/// <summary>
/// Told about the marks that records carry, so that readers of logs know what is safe. Called in the order of emission,
/// never twice at once.
/// </summary>
internal interface ISpoolMarks
{
    /// <summary>At start: this mark's event is in the spool.</summary>
    void Recovered(ReadOnlySpan<byte> mark);

    /// <summary>This mark's event left the spool, or is about to.</summary>
    void Released(ReadOnlySpan<byte> mark);

    /// <summary>Makes what was released durable: records are removed only after this returns.</summary>
    /// <exception cref="IOException">It could not: the records stay.</exception>
    void Flush();
}
