using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>FreeSWITCH: what sofia says of authentication, unknown users and access lists.</summary>
internal sealed class FreeSwitchParser : ILogParser
{
    private const string Service = "freeswitch";

    /// <summary>Whether a line without a program's name is FreeSWITCH's: <c>96.83% [WARNING] sofia_reg.c:3223 ...</c>.</summary>
    public static bool Looks(ReadOnlySpan<byte> message)
    {
        var open = message.IndexOf((byte)'[');
        return open is >= 0 and < 10 && message.IndexOf("] "u8) is > 0 and < 24
            && (message.IndexOf("sofia"u8) is > 0 and < 40 || message.IndexOf("[SOFIA]"u8) is > 0 and < 24 || message.IndexOf(".c:"u8) is > 0 and < 80);
    }

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var text = line.Message;
        var cursor = new LineCursor(text);
        if (cursor.TakeUntil("SIP auth "u8, out _))
        {
            // "failure (REGISTER) on sofia profile 'internal' for [1000@192.0.2.9] from ip 192.0.2.1"
            var failure = cursor.Take("failure ("u8);
            if ((failure || cursor.Take("challenge ("u8)) && cursor.TakeUntil(")"u8, out var method) && cursor.TakeUntil(" for ["u8, out _)
                && cursor.TakeUntilLast("] from ip "u8, out var user) && LogText.TryEndpoint(cursor.Word(), out var address, out var port))
            {
                var e = emit.New(in line, failure ? EventType.PbxAuthFailed : EventType.PbxAuthChallenge, failure ? Severity.Warning : Severity.Info, LogSource.Freeswitch, Service)
                    .From(address, port).Because(failure ? "auth_failure" : "");
                e.Sip = new V1.Sip { Method = LogText.ToText(method, 32) };
                e.AuthMethod = "digest";
                Identify(e, user);
                emit.Emit(e);
                return LineVerdict.Event;
            }

            return LineVerdict.NoEvent;
        }

        if (cursor.TakeUntil("Can't find user ["u8, out _) && cursor.TakeUntilLast("] from "u8, out var unknown) && LogText.TryEndpoint(cursor.Word(), out var from, out var fromPort))
        {
            var e = emit.New(in line, EventType.PbxUserUnknown, Severity.Warning, LogSource.Freeswitch, Service).From(from, fromPort).Because("user_not_found");
            e.UserKnown = false;
            Identify(e, unknown);
            emit.Emit(e);
            return LineVerdict.Event;
        }

        cursor = new LineCursor(text);
        if (cursor.TakeUntil(" IP "u8, out _) && LogText.TryEndpoint(cursor.Word(), out from, out fromPort) && cursor.Take("Rejected by "u8))
        {
            // What is let in by a password instead was not rejected.
            if (cursor.Rest.IndexOf("Falling back to Digest auth"u8) >= 0)
            {
                emit.Emit(emit.New(in line, EventType.PbxAuthChallenge, Severity.Info, LogSource.Freeswitch, Service).From(from, fromPort).With("detail", cursor.Rest));
                return LineVerdict.Event;
            }

            emit.Emit(emit.New(in line, EventType.PbxAclRejected, Severity.Warning, LogSource.Freeswitch, Service).From(from, fromPort).Because("acl").With("detail", cursor.Rest));
            return LineVerdict.Event;
        }

        return LineVerdict.NoEvent;
    }

    private static void Identify(Event e, ReadOnlySpan<byte> user)
    {
        var at = user.LastIndexOf((byte)'@');
        e.User(at < 0 ? user : user[..at]);
        if (at > 0)
        {
            e.Aor = e.User + "@" + LogText.ToText(user[(at + 1)..], 255).ToLowerInvariant();
        }
    }
}
