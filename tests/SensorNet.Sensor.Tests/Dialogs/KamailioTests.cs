using System.Net;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>
/// Calls through a Kamailio proxy (5.6) that challenges and forks, both legs on one capture, played by scripted agents: what
/// each call was is known, and each must be told once, with its true caller.
/// </summary>
public sealed class KamailioTests
{
    private readonly CaptureRun _run = CaptureRun.Of(Repository.TestData("captures", "kamailio_calls.pcap.gz"));

    [Fact]
    public void Every_call_is_told_once_with_its_outcome_and_who_hung_up() =>
        Assert.Equal(
            [
                "start 1001>2001 early media", "end callee 127.1.0.2",
                "start 1001>2001", "end caller 127.1.0.1 Q.850:16",
                "attempt 1001>2001 487 cancelled",
                "start 1001>2001", "end caller 127.1.0.1",
                "start 1001>2001 early media", "end callee 127.1.0.3",
                "start 1001>2001", "end caller 127.1.0.1",
                "attempt 1001>2001 603",
                "start 1001>2001",
                "start 1001>2002", "end callee 127.1.0.2", "end caller 127.1.0.1",
                "attempt 1001>7777 404",
            ],
            _run.Events.Where(e => e.Type is EventType.SipCallStart or EventType.SipCallEnd or EventType.SipCallAttempt).Select(Describe));

    [Fact]
    public void What_happens_inside_a_call_is_told_by_its_outcome() =>
        Assert.Equal(
            ["INVITE 491 127.1.0.1", "INVITE 491 127.1.0.2", "PRACK 200 127.1.0.1", "UPDATE 200 127.1.0.1", "INFO 200 127.1.0.1", "REFER 202 127.1.0.2", "NOTIFY 200 127.1.0.1", "NOTIFY 200 127.1.0.1", "MESSAGE 200 127.1.0.1"],
            _run.Events.Where(e => e.Type is EventType.SipOtherOk or EventType.SipOtherFailed).Select(e => $"{e.Sip.Method} {e.Sip.StatusCode} {Address(e.SourceIp)}"));

    [Fact]
    public void The_wrong_password_is_the_only_failure()
    {
        var failed = Assert.Single(_run.OfType(EventType.SipAuthFailed));
        Assert.Equal(("1009", "127.1.0.9", 407U), (failed.User, Address(failed.SourceIp), failed.Sip.StatusCode));
        Assert.Equal("MESSAGE", Assert.Single(_run.OfType(EventType.SipAuthChallengeAbandoned)).Sip.Method);
    }

    [Fact]
    public void Nothing_is_suspicious_in_calls_that_fork_cross_and_collide() =>
        Assert.DoesNotContain(_run.Events, e => e.Partial || e.Type is EventType.SipAnomaly or EventType.SipParseError or EventType.SipDoorKnock or EventType.SipScannerSeen);

    private static string Describe(Event e) => e.Type switch
    {
        EventType.SipCallStart => $"start {e.User}>{e.Call.Destination}" + (e.Sip.Trace.Any(t => t.Summary == "183 INVITE") && !e.Sip.Trace.Any(t => t.Summary == "PRACK") ? " early media" : ""),
        EventType.SipCallEnd => $"end {e.Call.HangupBy} {Address(e.Call.HangupIp)}" + (e.Call.HangupCause == "normal" ? "" : " " + e.Call.HangupCause),
        _ => $"attempt {e.User}>{e.Call.Destination} {e.Sip.StatusCode}" + (e.Call.Cancelled ? " cancelled" : ""),
    };

    private static string Address(Google.Protobuf.ByteString octets) => new IPAddress(octets.Span).ToString();
}
