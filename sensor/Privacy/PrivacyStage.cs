using SensorNet.Proto.Privacy;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Privacy;

/// <summary>
/// The privacy rules, as the last thing done to an event before it is written anywhere. Other rules may take their place at
/// any time; each event is treated by one set as a whole.
/// </summary>
/// <param name="protector">Null: events stay as they are.</param>
internal sealed class PrivacyStage(PrivacyProtector? protector) : IEventStage
{
    private PrivacyProtector? _protector = protector;

    public void Set(PrivacyProtector? wanted) => Volatile.Write(ref _protector, wanted);

    public void Apply(Event e) => Volatile.Read(ref _protector)?.Apply(e);

    public bool Concerns(EventType type) => Volatile.Read(ref _protector) is not null;
}
