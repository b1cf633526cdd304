using SensorNet.Proto.Privacy;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Privacy;

/// <summary>The privacy rules, as the last thing done to an event before it is written anywhere.</summary>
internal sealed class PrivacyStage(PrivacyProtector protector) : IEventStage
{
    public void Apply(Event e) => protector.Apply(e);
}
