using SensorNet.Sensor.Decode;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>Recorded calls of which one direction was lost: each call is still told once, and what is guessed says so.</summary>
public sealed class OneWayTests
{
    [Theory]
    [InlineData(true, "missing_reply")]
    [InlineData(false, "missing_request")]
    public void Seven_answered_calls_are_seven_starts_and_seven_ends(bool requests, string reason)
    {
        var run = CaptureRun.Of(Repository.TestData("captures", "kamailio_calls.pcap.gz"), between: sink => new OneWay(sink, requests));
        Assert.Equal(7, run.OfType(EventType.SipCallStart).Select(e => e.Sip.CallId).Distinct().Count());
        Assert.Equal(7, run.OfType(EventType.SipCallStart).Count());
        Assert.Equal(7, run.OfType(EventType.SipCallEnd).Count());
        Assert.All(run.OfType(EventType.SipCallStart).Concat(run.OfType(EventType.SipCallAttempt)), e => Assert.Equal(reason, e.PartialReason));
        Assert.All(run.OfType(EventType.SipCallStart), e => Assert.Equal("1001", e.User));
        Assert.DoesNotContain(run.Events, e => e.Type is EventType.SipAnomaly or EventType.SipParseError);
    }

    private sealed class OneWay(IDatagramSink sink, bool requests) : IDatagramSink
    {
        public void OnDatagram(in Datagram datagram)
        {
            if (datagram.Payload.StartsWith("SIP/2.0"u8) != requests)
            {
                sink.OnDatagram(datagram);
            }
        }

        public void OnTime(long time) => sink.OnTime(time);
    }
}
