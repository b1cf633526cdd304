using Google.Protobuf;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Traffic;

/// <summary>Encodes every event as the uplink would, and counts it by type.</summary>
internal sealed class EncodingEventSink : IEventSink
{
    private byte[] _buffer = new byte[65536];

    public Dictionary<EventType, long> Counts { get; } = [];

    public long Bytes { get; private set; }

    public void Emit(Event e)
    {
        var size = e.CalculateSize();
        if (size > _buffer.Length)
        {
            _buffer = new byte[size];
        }

        e.WriteTo(_buffer.AsSpan(0, size));
        Bytes += size;
        Counts[e.Type] = Counts.GetValueOrDefault(e.Type) + 1;
    }
}
