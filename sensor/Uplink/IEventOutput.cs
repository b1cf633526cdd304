using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>Where the queue's thread puts events: the spool, or JSON lines. Called from one thread.</summary>
internal interface IEventOutput
{
    /// <summary>Numbers an event and takes it.</summary>
    /// <param name="e">The finished event, but for its sequence.</param>
    /// <param name="mark">What the event's source wants to be told again; may be empty.</param>
    /// <returns>False: no room now; the event may be tried again.</returns>
    bool TryAppend(Event e, ReadOnlyMemory<byte> mark);

    /// <summary>Numbers an event that is encoded already and takes a copy of it.</summary>
    /// <param name="octets">The finished event, but for its sequence.</param>
    /// <returns>False: no room now; the event may be tried again.</returns>
    bool TryAppend(ReadOnlySpan<byte> octets);

    /// <summary>Takes in a mark whose event is not kept.</summary>
    void AppendMark(ReadOnlyMemory<byte> mark);

    /// <summary>Makes what was taken safe and visible.</summary>
    void Flush();
}
