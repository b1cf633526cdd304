using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>Marks every event as synthetic.</summary>
internal sealed class SyntheticSink(IEventSink next) : IEventSink
{
    public void Emit(Event e)
    {
        e.Synthetic = true;
        next.Emit(e);
    }
}
