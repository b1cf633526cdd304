using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// Lets several capture threads share one sink: calls are made one at a time, and the clock they see does not go back although
/// the interfaces' packets arrive up to a block timeout out of step.
/// </summary>
internal sealed class SerialSink(IDatagramSink sink) : IDatagramSink
{
    private readonly Lock _gate = new();
    private PacketClock _clock;

    public void OnDatagram(in Datagram datagram)
    {
        lock (_gate)
        {
            sink.OnDatagram(datagram);
        }
    }

    public void OnConnection(in ConnectionChange change)
    {
        lock (_gate)
        {
            sink.OnConnection(change);
        }
    }

    public void OnTime(long time)
    {
        lock (_gate)
        {
            sink.OnTime(_clock.Advance(time));
        }
    }
}
