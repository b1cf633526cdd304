using System.Buffers.Binary;
using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <summary>
/// A finished event in the contract's own octets, but for its sequence and sensor time, which whoever takes it sets: the
/// sequence is left out, the sensor time stands in as zero. A view, valid during the call that got it.
/// </summary>
/// <param name="type">The event's type, which the octets tell too.</param>
/// <param name="octets">A whole <see cref="Event"/>.</param>
/// <param name="sensorTimeAt">Where the eight octets of the sensor time are.</param>
internal readonly ref struct EncodedEvent(EventType type, ReadOnlySpan<byte> octets, int sensorTimeAt)
{
    public EventType Type { get; } = type;

    public ReadOnlySpan<byte> Octets { get; } = octets;

    public int SensorTimeAt { get; } = sensorTimeAt;

    /// <summary>The event as an object.</summary>
    public Event Decode() => Event.Parser.ParseFrom(Octets);

    /// <summary>Sets the sensor time in a copy of the octets.</summary>
    public static void SetSensorTime(Span<byte> octets, int sensorTimeAt, long time) =>
        BinaryPrimitives.WriteInt64LittleEndian(octets[sensorTimeAt..], time);
}
