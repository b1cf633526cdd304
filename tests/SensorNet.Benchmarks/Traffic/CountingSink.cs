using SensorNet.Sensor.Decode;

namespace SensorNet.Benchmarks.Traffic;

/// <summary>Only counts, so that what is measured is what comes before it.</summary>
internal sealed class CountingSink : IDatagramSink
{
    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public void OnDatagram(in Datagram datagram)
    {
        Count++;
        Bytes += datagram.Payload.Length;
    }

    public void OnTime(long time)
    {
    }
}
