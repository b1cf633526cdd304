using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// A sink that keeps, beside an event, where in its source the reader stands once that event is safe: implemented by the
/// uplink's spool. Log readers use it so that a crash of sensor or collector neither loses nor doubles a line:
/// <list type="bullet">
/// <item>the mark is written to the spool in the same record as the event;</item>
/// <item>at start, before any source runs, <see cref="ILogPositions.Recovered"/> is called with the mark of every record
/// found in the spool, oldest first, whether it was acknowledged or not;</item>
/// <item>when the collector has acknowledged an event, or the sink dropped it (type filter, size cap),
/// <see cref="ILogPositions.Acknowledged"/> is called with its mark, in the order of emission;</item>
/// <item>before a spool segment is deleted, <see cref="ILogPositions.Flush"/> is called.</item>
/// </list>
/// </summary>
internal interface IMarkedEventSink : IEventSink
{
    /// <param name="e">As for <see cref="IEventSink.Emit(Event)"/>.</param>
    /// <param name="mark">Opaque, at most 1,024 octets, usually about 40; the sink may keep it without copying.</param>
    void Emit(Event e, ReadOnlyMemory<byte> mark);
}
