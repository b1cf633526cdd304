using Google.Protobuf;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Traffic;

/// <summary>Encodes every event as the uplink would, and counts it by type.</summary>
internal sealed class EncodingEventSink : IEventSink
{
    private readonly long[] _counts = new long[512];
    private byte[] _buffer = new byte[65536];

    public IEnumerable<(EventType Type, long Count)> Counts =>
        _counts.Select((count, type) => ((EventType)type, count)).Where(c => c.count > 0).OrderByDescending(c => c.count);

    public long Events => _counts.Sum();

    public long Bytes { get; private set; }

    public void Emit(Event e)
    {
        var size = e.CalculateSize();
        e.WriteTo(Room(size));
        Count(e.Type, size);
    }

    public void Emit(in EncodedEvent e)
    {
        e.Octets.CopyTo(Room(e.Octets.Length));
        Count(e.Type, e.Octets.Length);
    }

    private Span<byte> Room(int size)
    {
        if (size > _buffer.Length)
        {
            _buffer = new byte[size];
        }

        return _buffer.AsSpan(0, size);
    }

    private void Count(EventType type, int size)
    {
        Bytes += size;
        _counts[(int)type]++;
    }
}
