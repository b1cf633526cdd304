using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <summary>
/// Where finished events go: the uplink's queue, a JSON lines file, a test's list. The sink sets identity (sequence)
/// and sensor time; the producer sets everything else and gives the event away: it must not touch it afterwards.
/// Thread-safe: packet, log and host producers emit from their own threads.
/// </summary>
internal interface IEventSink
{
    void Emit(Event e);

    /// <summary>Takes an event that its producer has encoded already, as the tracker does; the octets are valid only during the call.</summary>
    void Emit(in EncodedEvent e) => Emit(e.Decode());
}
