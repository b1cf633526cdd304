using System.Net;
using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>Builds the events that detection tests need. Each has an identity of its own.</summary>
internal static class Events
{
    /// <summary>2026-11-16 12:00 UTC, a Monday noon.</summary>
    public const long Noon = 1_794_830_400L * 1_000_000_000;
    private static ulong s_sequence;

    public static Event At(double seconds, EventType type, string source = "192.0.2.1", string host = "pbx1", string user = "1000")
    {
        var e = new Event
        {
            SensorId = "sensor-1",
            Epoch = 1,
            Seq = Interlocked.Increment(ref s_sequence),
            Type = type,
            EventTime = Noon + (long)(seconds * 1e9),
            Host = host,
            User = user,
            LogSource = LogSource.Packet,
        };
        if (user.Length > 0)
        {
            e.Aor = $"{user}@example.com";
        }

        if (source.Length > 0)
        {
            e.SourceIp = Address(source);
        }

        return e;
    }

    public static Event SshFailure(double seconds, string source = "192.0.2.1", string host = "pbx1", string user = "root")
    {
        var e = At(seconds, EventType.AuthFailure, source, host, user);
        e.Service = "sshd";
        e.AuthMethod = "password";
        e.Aor = "";
        e.LogSource = LogSource.Auth;
        return e;
    }

    public static Event SshSuccess(double seconds, string source = "192.0.2.1", string host = "pbx1", string user = "root")
    {
        var e = SshFailure(seconds, source, host, user);
        e.Type = EventType.AuthSuccess;
        return e;
    }

    /// <summary>A SIP event with a request of that method to that user or number.</summary>
    public static Event Sip(double seconds, EventType type, string method, string to, uint status = 0, string source = "192.0.2.1", string user = "1000", string agent = "Yealink SIP-T46S 66.86.0.15", bool credentials = false)
    {
        var e = At(seconds, type, source, user: user);
        e.UserAgent = agent;
        e.Sip = new Sip
        {
            Method = method,
            StatusCode = status,
            CallId = $"call-{e.Seq}",
            Cseq = 1,
            Credentials = credentials,
            To = new SipAddress { Uri = new SipUri { User = to, Host = "example.com" } },
            From = new SipAddress { Uri = new SipUri { User = user, Host = "example.com" } },
            Uri = new SipUri { User = to, Host = "example.com" },
        };
        return e;
    }

    public static Event AuthFailed(double seconds, string source, string user, string callId = "", uint cseq = 0, string agent = "Yealink SIP-T46S 66.86.0.15")
    {
        var e = Sip(seconds, EventType.SipAuthFailed, "REGISTER", user, 401, source, user, agent, credentials: true);
        e.Sip.CallId = callId.Length > 0 ? callId : e.Sip.CallId;
        e.Sip.Cseq = cseq != 0 ? cseq : (uint)e.Seq;
        return e;
    }

    public static ByteString Address(string text) => ByteString.CopyFrom(IPAddress.Parse(text).GetAddressBytes());
}
