using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>Something done to every event, in order, on the queue's thread, before it is written: the privacy rules.</summary>
internal interface IEventStage
{
    void Apply(Event e);

    /// <summary>False when <see cref="Apply"/> leaves every event of this type as it is and learns nothing from it.</summary>
    bool Concerns(EventType type);
}
