using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>One input's place in a replay: what it decodes or reads passes on when its turn has come.</summary>
internal sealed class ReplayTurn(ReplayClock clock, int input, IDatagramSink? datagrams, IEventSink events) : IDatagramSink, IEventSink
{
    public void OnDatagram(in Datagram datagram)
    {
        if (clock.Reach(input, datagram.Time))
        {
            datagrams!.OnDatagram(datagram);
        }
    }

    public void OnConnection(in ConnectionChange change)
    {
        if (clock.Reach(input, change.Time))
        {
            datagrams!.OnConnection(change);
        }
    }

    public void OnTime(long time)
    {
        if (clock.Reach(input, time))
        {
            datagrams!.OnTime(time);
        }
    }

    public void Emit(Event e)
    {
        if (clock.Reach(input, e.EventTime))
        {
            events.Emit(e);
        }
    }
}
