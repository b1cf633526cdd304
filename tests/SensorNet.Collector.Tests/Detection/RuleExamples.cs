using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>For the rules that correlations count: the i-th of a series of events that match it, a second apart.</summary>
internal static class RuleExamples
{
    private const string Attacker = "203.0.113.9";

    public static IReadOnlyDictionary<string, Func<int, Event>> Series { get; } = new Dictionary<string, Func<int, Event>>
    {
        ["ssh_failed"] = i => Events.SshFailure(i),
        ["ssh_failed_user"] = i => Events.SshFailure(i * 20, source: $"198.51.100.{i + 1}"),
        ["sip_unknown_user"] = i => Events.Sip(i, EventType.SipOtherFailed, "OPTIONS", $"9{i:000}", 404, Attacker),
        ["sip_challenge_abandoned"] = i => Events.Sip(i, EventType.SipAuthChallengeAbandoned, "REGISTER", $"1{i:000}", 401, Attacker),
        ["sip_number_refused"] = i => Events.Sip(i, EventType.SipAuthChallengeAbandoned, "INVITE", $"00972592{i:000000}", 407, Attacker),
        ["sip_number_failed"] = i => Events.Sip(i, EventType.SipCallAttempt, "INVITE", $"{i}00972592123456", 404, Attacker, credentials: true),
        ["sip_probe"] = i => Events.At(i, EventType.SipMsgProbe, Attacker, user: ""),
        ["sip_sweep_request"] = i => Targeted(Events.Sip(i, EventType.SipOtherTimeout, "OPTIONS", "100", source: Attacker), $"192.0.2.{i + 1}"),
        ["door_knock_domain"] = i => Reason(Events.At(i, EventType.SipDoorKnock, Attacker), "unknown_domain"),
        ["sip_auth_failed_tool"] = i => Events.AuthFailed(i, Attacker, "1000", agent: "friendly-scanner"),
        ["sip_auth_failed"] = i => Events.AuthFailed(i, Attacker, "1000"),
        ["sip_auth_failed_outside"] = i => Events.AuthFailed(i, Attacker, "1000"),
        ["sip_call_failed"] = i => Events.Sip(i, EventType.SipCallAttempt, "INVITE", "1000", 486, $"198.51.100.{i + 1}"),
        ["sip_registration_lost"] = i => Events.At(i, EventType.SipRegistrationExpired, $"198.51.100.{i}", user: $"{1000 + i}"),
        ["sip_expensive_call"] = i => Call(i, EventType.SipCallStart, $"+25261100{i:0000}"),
        ["sip_call_to_prefix"] = i => Call(i, EventType.SipCallStart, "+33140000000"),
        ["sip_short_expensive_call"] = i => Ended(i, $"+25261100{i:0000}", seconds: 5),
        ["sip_one_ring"] = i => Ring(i),
        ["firewall_block"] = i => Port(Events.At(i, EventType.FirewallBlock, Attacker, user: ""), i + 1),
        ["kernel_error"] = i => Events.At(i, EventType.KernelError, "", user: ""),
        ["service_failed"] = i => Service(Events.At(i, EventType.ServiceFailure, "", user: ""), "asterisk"),
        ["sudo_refused"] = i => Events.At(i, EventType.SudoFailure, ""),
        ["vm_flap"] = i => Machine(Events.At(i, i % 2 == 0 ? EventType.VmStarted : EventType.VmStopped, "", user: "")),
        ["x03_ban"] = i => Events.At(i, EventType.F2BBan, Attacker, user: ""),
        ["login_success"] = i => Events.SshSuccess(i, $"198.51.100.{i + 1}"),
        ["ami_failed"] = i => Service(Events.At(i, EventType.AuthFailure, Attacker), "asterisk-ami"),
        ["pbx_number_refused"] = i => Call(i, EventType.PbxCallRejected, $"00972592{i:000000}"),
        ["pbx_unknown_user"] = i => Events.At(i, EventType.PbxUserUnknown, Attacker, user: $"9{i:000}"),
        ["sip_unknown_extension"] = i => Events.Sip(i * 600, EventType.SipOtherFailed, "OPTIONS", $"9{i:000}", 404, Attacker),
        ["tls_certificate_failed"] = i => Said(Events.At(i, EventType.LogRaw, "", user: ""), "tls_accept: certificate verify failed"),
        ["resource_high"] = i => Resource(Events.At(i, EventType.ResourceAlert, "", user: ""), 92),
    };

    public static Event Call(double seconds, EventType type, string number, string source = Attacker, string user = "1042", string callId = "")
    {
        var e = Events.Sip(seconds, type, "INVITE", number, type == EventType.SipCallStart ? 200u : 403u, source, user, credentials: true);
        e.Call = new Call { Destination = number };
        e.Sip.CallId = callId.Length > 0 ? callId : e.Sip.CallId;
        return e;
    }

    public static Event Resource(Event e, double value)
    {
        e.Resource = new Resource { Name = "cpu", Value = value, Threshold = 90 };
        return e;
    }

    public static Event Ended(double at, string number, double seconds)
    {
        var e = Call(at, EventType.SipCallEnd, number);
        e.Call.BillsecMs = (ulong)(seconds * 1000);
        return e;
    }

    private static Event Ring(int i)
    {
        var e = Events.Sip(i, EventType.SipCallAttempt, "INVITE", $"{1000 + i}", 487, "198.51.100.77", "+21698939206");
        e.Call = new Call { Cancelled = true, RingMs = 900 };
        return e;
    }

    private static Event Targeted(Event e, string destination)
    {
        e.DestinationIp = Events.Address(destination);
        return e;
    }

    private static Event Port(Event e, int port)
    {
        e.DestinationPort = (uint)port;
        e.DestinationIp = ByteString.CopyFrom(192, 0, 2, 1);
        return e;
    }

    private static Event Reason(Event e, string reason)
    {
        e.Reason = reason;
        return e;
    }

    private static Event Said(Event e, string message)
    {
        e.Message = message;
        return e;
    }

    private static Event Service(Event e, string service)
    {
        e.Service = service;
        return e;
    }

    private static Event Machine(Event e)
    {
        e.VmId = "vm-1";
        return e;
    }
}
