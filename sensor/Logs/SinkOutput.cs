using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>For sources that cannot be read again: events go out without a mark.</summary>
internal sealed class SinkOutput(IEventSink sink) : ILogOutput
{
    public void Emit(Event e, long offset, long emitted) => sink.Emit(e);
}
