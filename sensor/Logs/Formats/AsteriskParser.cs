using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// Asterisk: the security log (<c>SecurityEvent="InvalidPassword",...</c>), NOTICE lines of chan_sip, chan_iax2 and PJSIP, and
/// the manager interface. A challenge is no failure, a successful authentication neither.
/// </summary>
internal sealed partial class AsteriskParser : ILogParser
{
    private const string Service = "asterisk";
    private const string Manager = "asterisk-ami";

    /// <summary>Whether a line without a program's name is Asterisk's: <c>NOTICE[123] chan_sip.c: ...</c>.</summary>
    public static bool Looks(ReadOnlySpan<byte> message) =>
        message.IndexOf((byte)'[') is >= 5 and <= 9 and var open
        && message[..open].TrimEnd((byte)' ') is var level
        && (level.SequenceEqual("SECURITY"u8) || level.SequenceEqual("NOTICE"u8) || level.SequenceEqual("WARNING"u8) || level.SequenceEqual("ERROR"u8) || level.SequenceEqual("VERBOSE"u8));

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (cursor.Take("SECURITY"u8) && cursor.Rest is [(byte)'[', ..] or [(byte)' ', (byte)'[', ..])
        {
            return cursor.TakeUntil("SecurityEvent=\""u8, out _) ? Security(cursor.Rest, in line, emit) : LineVerdict.NoEvent;
        }

        if (!Looks(line.Message))
        {
            return line.Program.IsEmpty ? LineVerdict.NotMine : LineVerdict.NoEvent;
        }

        return Notice(line.Message, in line, emit);
    }

    // "InvalidPassword",EventTV="...",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="...",SessionID="...",
    // LocalAddress="IPV4/UDP/...",RemoteAddress="IPV4/UDP/192.0.2.1/5060"[,Challenge="..."...]
    private static LineVerdict Security(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (!cursor.TakeUntil("\""u8, out var name))
        {
            return LineVerdict.NoEvent;
        }

        var service = Value(text, "Service=\""u8);
        var manager = service.SequenceEqual("AMI"u8);
        var (type, severity, reason) = Meaning(name, manager);
        if (type == EventType.Unspecified)
        {
            return LineVerdict.NoEvent;
        }

        var e = emit.New(in line, type, severity, LogSource.Asterisk, manager ? Manager : Service).Because(reason);
        var account = Account(text);
        if (!account.SequenceEqual("<unknown>"u8))
        {
            e.User(account);
        }

        if (!manager)
        {
            e.AuthMethod = type is EventType.PbxAuthFailed or EventType.PbxAuthSuccess ? "digest" : "";
        }

        if (type is EventType.PbxUserUnknown)
        {
            e.UserKnown = false;
        }

        Session(e, text);
        ExactTime(e, text);
        emit.Emit(e.With("asterisk.event", name).With("asterisk.service", service));
        return LineVerdict.Event;
    }

    private static (EventType Type, Severity Severity, string Reason) Meaning(ReadOnlySpan<byte> name, bool manager)
    {
        if (name.SequenceEqual("InvalidPassword"u8))
        {
            return (manager ? EventType.AuthFailure : EventType.PbxAuthFailed, Severity.Warning, "invalid_password");
        }

        if (name.SequenceEqual("ChallengeResponseFailed"u8))
        {
            return (manager ? EventType.AuthFailure : EventType.PbxAuthFailed, Severity.Warning, "challenge_response_failed");
        }

        if (name.SequenceEqual("InvalidAccountID"u8))
        {
            return (manager ? EventType.AuthFailure : EventType.PbxUserUnknown, Severity.Warning, "invalid_account");
        }

        if (name.SequenceEqual("AuthMethodNotAllowed"u8))
        {
            return (manager ? EventType.AuthFailure : EventType.PbxAuthFailed, Severity.Warning, "method_not_allowed");
        }

        if (name.SequenceEqual("FailedACL"u8))
        {
            return (manager ? EventType.AuthFailure : EventType.PbxAclRejected, Severity.Warning, "acl");
        }

        if (name.SequenceEqual("InvalidTransport"u8) || name.SequenceEqual("UnexpectedAddress"u8))
        {
            return (EventType.PbxAclRejected, Severity.Warning, name[0] == 'I' ? "transport" : "unexpected_address");
        }

        if (name.SequenceEqual("ChallengeSent"u8))
        {
            return (EventType.PbxAuthChallenge, Severity.Info, "");
        }

        if (name.SequenceEqual("SuccessfulAuth"u8))
        {
            return (manager ? EventType.AuthSuccess : EventType.PbxAuthSuccess, Severity.Info, "");
        }

        return name.SequenceEqual("RequestNotAllowed"u8) || name.SequenceEqual("RequestNotSupported"u8) || name.SequenceEqual("RequestBadFormat"u8)
            || name.SequenceEqual("SessionLimit"u8) || name.SequenceEqual("MemoryLimit"u8) || name.SequenceEqual("LoadAverageLimit"u8)
            ? (manager ? EventType.ConnectionRefused : EventType.PbxCallRejected, Severity.Warning, LogText.ToText(name, 32))
            : default;
    }

    // The session's id is the peer's Call-ID and may hold a whole false pair of addresses: the last pair is Asterisk's own.
    private static void Session(Event e, ReadOnlySpan<byte> text)
    {
        var at = text.LastIndexOf(",RemoteAddress=\""u8);
        if (at < 0)
        {
            return;
        }

        if (TryAddress(Value(text[at..], "RemoteAddress=\""u8), out var address, out var port, out var transport))
        {
            e.From(address, port);
            e.Transport = transport;
        }

        var local = text[..at].LastIndexOf(",LocalAddress=\""u8);
        if (local >= 0 && TryAddress(Value(text[local..], "LocalAddress=\""u8), out address, out port, out _))
        {
            e.To(address, port);
        }
    }

    // AccountID="..." up to the SessionID that follows; a name may hold quotes.
    private static ReadOnlySpan<byte> Account(ReadOnlySpan<byte> text)
    {
        var start = text.IndexOf("AccountID=\""u8);
        if (start < 0)
        {
            return default;
        }

        var rest = text[(start + 11)..];
        var end = rest.IndexOf("\",SessionID=\""u8);
        return end >= 0 ? rest[..end] : Value(text[start..], "AccountID=\""u8);
    }

    // EventTV has a zone and milliseconds, which the line's own time often lacks.
    private static void ExactTime(Event e, ReadOnlySpan<byte> text)
    {
        if (e.TimeZoneSource == TimeZoneSource.Explicit)
        {
            return;
        }

        var value = Value(text, "EventTV=\""u8);
        if (value.Length is >= 24 and < 40 && LogEnvelope.TryExplicit(value, out var time))
        {
            e.EventTime = time;
            e.TimeZoneSource = TimeZoneSource.Explicit;
        }
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        var at = text.IndexOf(key);
        if (at < 0)
        {
            return default;
        }

        var rest = text[(at + key.Length)..];
        var end = rest.IndexOf((byte)'"');
        return end < 0 ? rest : rest[..end];
    }

    // "IPV4/UDP/192.0.2.1/5060", "IPV6/TLS/2001:db8::1/5061"
    private static bool TryAddress(ReadOnlySpan<byte> value, out IpAddress128 address, out uint port, out Transport transport)
    {
        address = default;
        port = 0;
        transport = Transport.Unspecified;
        var cursor = new LineCursor(value);
        if (!cursor.TakeUntil("/"u8, out _) || !cursor.TakeUntil("/"u8, out var protocol) || !cursor.TakeUntilLast("/"u8, out var ip))
        {
            return false;
        }

        transport = Protocol(protocol);
        LogText.TryPort(cursor.Rest, out port);
        return LogText.TryAddress(ip, out address);
    }

    private static Transport Protocol(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("UDP"u8) ? Transport.Udp : name.SequenceEqual("TCP"u8) ? Transport.Tcp : name.SequenceEqual("TLS"u8) ? Transport.Tls
            : name.SequenceEqual("WS"u8) ? Transport.Ws : name.SequenceEqual("WSS"u8) ? Transport.Wss : Transport.Unspecified;
}
