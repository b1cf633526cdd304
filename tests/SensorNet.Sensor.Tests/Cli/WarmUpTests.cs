using SensorNet.Sensor.Cli;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Cli;

public sealed class WarmUpTests : IEventSink
{
    private readonly List<EventType> _types = [];

    [Fact]
    public void It_takes_the_code_through_registrations_and_calls_of_every_outcome()
    {
        WarmUp.Run(this);
        Assert.Equivalent(
            new[]
            {
                EventType.SipRegistrationNew, EventType.SipCallStart, EventType.SipCallEnd, EventType.SipCallAttempt, EventType.SipOtherOk,
                EventType.SipSourceStats, EventType.SipCounters,
            },
            _types.Distinct().ToArray(),
            strict: true);
    }

    void IEventSink.Emit(Event e) => _types.Add(e.Type);
}
