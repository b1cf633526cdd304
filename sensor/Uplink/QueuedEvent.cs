using System.Buffers;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// What waits in the queue: an event as an object, or its octets in a pooled buffer, which <see cref="Release"/> gives back.
/// </summary>
internal readonly struct QueuedEvent
{
    private readonly EventType _type;
    private readonly byte[]? _octets;
    private readonly int _length;
    private readonly int _sensorTimeAt;

    private QueuedEvent(in EncodedEvent e)
    {
        _type = e.Type;
        _length = e.Octets.Length;
        _sensorTimeAt = e.SensorTimeAt;
        _octets = ArrayPool<byte>.Shared.Rent(_length);
        e.Octets.CopyTo(_octets);
    }

    /// <summary>Null when it is encoded.</summary>
    public Event? Event { get; init; }

    /// <summary>What the event's source wants to be told again; only of objects.</summary>
    public ReadOnlyMemory<byte> Mark { get; init; }

    public EventType Type => Event is null ? _type : Event.Type;

    public static QueuedEvent CopyOf(in EncodedEvent e) => new(e);

    public void SetSensorTime(long time) => EncodedEvent.SetSensorTime(_octets, _sensorTimeAt, time);

    public Event Decode() => V1.Event.Parser.ParseFrom(_octets, 0, _length);

    public bool TryAppendTo(IEventOutput output) =>
        Event is null ? output.TryAppend(_octets.AsSpan(0, _length)) : output.TryAppend(Event, Mark);

    public void Release()
    {
        if (_octets is not null)
        {
            ArrayPool<byte>.Shared.Return(_octets);
        }
    }
}
