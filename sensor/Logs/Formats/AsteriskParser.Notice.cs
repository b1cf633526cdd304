using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

// NOTICE and WARNING lines of channel drivers and of the manager.
internal sealed partial class AsteriskParser
{
    private static LineVerdict Notice(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        // Behind "NOTICE[123][C-00000001]: chan_sip.c:28000 handle_request_register: " begins what was said.
        var cursor = new LineCursor(text);
        if (cursor.TakeUntil(" Registration from '"u8, out _))
        {
            return Failed(cursor.Rest, "REGISTER"u8, in line, emit);
        }

        // Before Asterisk 14 the method is not named.
        if (cursor.TakeUntil(" Request from '"u8, out _))
        {
            return Failed(cursor.Rest, default, in line, emit);
        }

        if (cursor.TakeUntil(" Request '"u8, out _) && cursor.TakeUntil("' from '"u8, out var method) && method.Length < 32)
        {
            return Failed(cursor.Rest, method, in line, emit);
        }

        cursor = new LineCursor(text);
        if (cursor.TakeUntil(" Call from '"u8, out _) && cursor.TakeUntil("' ("u8, out var peer))
        {
            return Rejected(peer, cursor.Rest, in line, emit);
        }

        // res_pjsip_session since Asterisk 17: "100: Call (UDP:192.0.2.1:5060) to extension ..."
        if (cursor.TakeUntil(": Call ("u8, out var endpoint))
        {
            return Rejected(endpoint[(endpoint.LastIndexOf((byte)' ') + 1)..], cursor.Rest, in line, emit);
        }

        // FreePBX's dial plan: Ext. s: "Rejecting unknown SIP connection from 192.0.2.1:5060"
        if (cursor.TakeUntil("\"Rejecting unknown SIP connection from "u8, out _))
        {
            return Stranger(LogText.LeadingToken(cursor.Rest), "unknown_peer", in line, emit);
        }

        if (cursor.TakeUntil(" hacking attempt detected '"u8, out _))
        {
            return Stranger(LogText.LeadingToken(cursor.Rest), "hacking_attempt", in line, emit);
        }

        if (cursor.TakeUntil(" Failed to authenticate "u8, out _))
        {
            // "device", "user" or "" and an address of record; no peer is named.
            emit.Emit(emit.New(in line, EventType.PbxAuthFailed, Severity.Warning, LogSource.Asterisk, Service).Because("failed_to_authenticate").With("detail", cursor.Rest));
            return LineVerdict.Event;
        }

        if (cursor.TakeUntil("manager.c"u8, out _))
        {
            return ManagerLine(cursor.Rest, in line, emit);
        }

        return cursor.TakeUntil("chan_iax2.c"u8, out _) ? Iax2(cursor.Rest, in line, emit) : LineVerdict.NoEvent;
    }

    private static LineVerdict Iax2(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (cursor.TakeUntil(" Host "u8, out _))
        {
            var host = cursor.Word();
            if (cursor.Take("failed MD5 authentication for '"u8) || cursor.Take("denied access to register peer '"u8) || cursor.Take("failed to authenticate as '"u8) || cursor.Take("failed to authenticate as "u8))
            {
                cursor.TakeUntil("'"u8, out var user);
                return Iax2(EventType.PbxAuthFailed, host, user.IsEmpty ? cursor.Rest : user, "failed_to_authenticate", in line, emit);
            }
        }
        else if (cursor.TakeUntil("No registration for peer '"u8, out _) && cursor.TakeUntilLast("' (from "u8, out var peer))
        {
            return Iax2(EventType.PbxUserUnknown, cursor.Rest.TrimEnd((byte)')'), peer, "no_match", in line, emit);
        }
        else if (cursor.TakeUntil("Rejected connect attempt from "u8, out _))
        {
            // "192.0.2.1, who was trying to reach '100@default'", "..., request '100@default' does not exist"
            return Iax2(EventType.PbxCallRejected, LogText.LeadingToken(cursor.Rest), default, "rejected", in line, emit);
        }

        return LineVerdict.NoEvent;
    }

    private static LineVerdict Iax2(EventType type, ReadOnlySpan<byte> host, ReadOnlySpan<byte> user, string reason, in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, type, Severity.Warning, LogSource.Asterisk, "iax2").User(user).Because(reason);
        emit.Emit(LogText.TryEndpoint(host, out var address, out var port) ? e.From(address, port) : e.FromHost(host));
        return LineVerdict.Event;
    }

    private static LineVerdict Stranger(ReadOnlySpan<byte> endpoint, string reason, in LogLine line, LogEmitter emit)
    {
        if (!LogText.TryEndpoint(endpoint, out var address, out var port))
        {
            return LineVerdict.NoEvent;
        }

        emit.Emit(emit.New(in line, EventType.PbxCallRejected, Severity.Warning, LogSource.Asterisk, Service).From(address, port).Because(reason));
        return LineVerdict.Event;
    }

    // "FROM' failed for 'ADDRESS:PORT'[ (callid: ID)] - REASON": FROM is the peer's own text and may hold the same words, so
    // the last place that names an address is the true one (a Call-ID holds no spaces).
    private static LineVerdict Failed(ReadOnlySpan<byte> text, ReadOnlySpan<byte> method, in LogLine line, LogEmitter emit)
    {
        var end = text.Length;
        for (var tries = 0; tries < 8; tries++)
        {
            var at = text[..end].LastIndexOf("' failed for '"u8);
            if (at < 0)
            {
                return LineVerdict.NoEvent;
            }

            var rest = text[(at + 14)..];
            var quote = rest.IndexOf((byte)'\'');
            if (quote > 0 && LogText.TryEndpoint(rest[..quote], out var address, out var port))
            {
                var why = rest[(quote + 1)..];
                var dash = why.LastIndexOf(" - "u8);
                var e = Classified(dash < 0 ? why : why[(dash + 3)..], in line, emit).From(address, port);
                e.Sip = new V1.Sip { Method = LogText.ToText(method, 32) };
                var call = why.IndexOf("(callid: "u8);
                if (call >= 0)
                {
                    e.Sip.CallId = LogText.ToText(LogText.LeadingToken(why[(call + 9)..]), 255);
                }

                Identify(e, text[..at]);
                emit.Emit(e);
                return LineVerdict.Event;
            }

            end = at;
        }

        return LineVerdict.NoEvent;
    }

    private static Event Classified(ReadOnlySpan<byte> why, in LogLine line, LogEmitter emit)
    {
        var (type, reason) =
            why.StartsWith("No matching"u8) ? (EventType.PbxUserUnknown, "no_match")
            : why.StartsWith("Device does not match ACL"u8) || why.StartsWith("ACL error"u8) || why.StartsWith("Not match Endpoint"u8) ? (EventType.PbxAclRejected, "acl")
            : why.StartsWith("Not a local domain"u8) ? (EventType.PbxAuthFailed, "not_local_domain")
            : why.StartsWith("Wrong password"u8) ? (EventType.PbxAuthFailed, "wrong_password")
            : why.StartsWith("Username/auth name mismatch"u8) ? (EventType.PbxAuthFailed, "name_mismatch")
            : why.StartsWith("Peer is not supposed to register"u8) ? (EventType.PbxAuthFailed, "not_to_register")
            : (EventType.PbxAuthFailed, "failed_to_authenticate");
        var e = emit.New(in line, type, Severity.Warning, LogSource.Asterisk, Service).Because(reason);
        if (type == EventType.PbxUserUnknown)
        {
            e.UserKnown = false;
        }

        return e;
    }

    // "\"100\" <sip:100@192.0.2.1>"
    private static void Identify(Event e, ReadOnlySpan<byte> from)
    {
        var at = from.LastIndexOf("sip:"u8);
        if (at < 0)
        {
            return;
        }

        var uri = from[(at + 4)..];
        var end = uri.IndexOfAny((byte)'>', (byte)';');
        uri = end < 0 ? uri : uri[..end];
        var host = uri.LastIndexOf((byte)'@');
        if (host > 0)
        {
            e.User(uri[..host]);
            e.Aor = e.User + "@" + LogText.ToText(uri[(host + 1)..], 255).ToLowerInvariant();
        }
    }

    // "[UDP:]ADDRESS:PORT) to extension 'EXTENSION' rejected because ...": the address comes before what the caller chose.
    private static LineVerdict Rejected(ReadOnlySpan<byte> peer, ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (!cursor.TakeUntil(") to extension '"u8, out var endpoint))
        {
            return LineVerdict.NoEvent;
        }

        var colon = endpoint.IndexOf((byte)':');
        var transport = colon is > 1 and < 4 ? Protocol(endpoint[..colon]) : Transport.Unspecified;
        if (!LogText.TryEndpoint(transport == Transport.Unspecified ? endpoint : endpoint[(colon + 1)..], out var address, out var port) || !cursor.TakeUntilLast("' rejected because "u8, out var extension))
        {
            return LineVerdict.NoEvent;
        }

        var e = emit.New(in line, EventType.PbxCallRejected, Severity.Warning, LogSource.Asterisk, Service).From(address, port).User(peer)
            .Because(cursor.Rest.StartsWith("extension not found"u8) ? "extension_not_found" : "rejected").With("detail", cursor.Rest);
        e.Call = new Call { Destination = LogText.ToText(extension, 64) };
        e.Sip = new V1.Sip { Method = "INVITE" };
        e.Transport = transport;
        emit.Emit(e);
        return LineVerdict.Event;
    }

    // ": 192.0.2.1 failed to authenticate as 'admin'", ": 192.0.2.1 tried to authenticate with nonexistent user 'x'",
    // ": Manager 'admin' logged on from 192.0.2.1"
    private static LineVerdict ManagerLine(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (cursor.TakeUntil("anager '"u8, out _) && cursor.TakeUntilLast(" from "u8, out var who))
        {
            var on = who.EndsWith("' logged on"u8);
            if (!on && !who.EndsWith("' logged off"u8))
            {
                return LineVerdict.NoEvent;
            }

            emit.Emit(emit.New(in line, on ? EventType.AuthSuccess : EventType.SessionEnd, Severity.Info, LogSource.Asterisk, Manager)
                .FromHost(cursor.Rest).User(who[..who.LastIndexOf((byte)'\'')]));
            return LineVerdict.Event;
        }

        foreach (var (mark, known) in (ReadOnlySpan<(byte[], bool)>)[(FailedMark, true), (UnknownMark, false), (AclMark, true)])
        {
            var at = text.IndexOf(mark);
            if (at > 0)
            {
                var host = text[(text[..at].LastIndexOf((byte)' ') + 1)..at];
                var user = text[(at + mark.Length)..];
                var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Asterisk, Manager).FromHost(host).User(user.TrimEnd((byte)'\''));
                e.UserKnown = known;
                emit.Emit(e);
                return LineVerdict.Event;
            }
        }

        return LineVerdict.NoEvent;
    }

    private static readonly byte[] FailedMark = " failed to authenticate as '"u8.ToArray();
    private static readonly byte[] AclMark = " failed to pass IP ACL as '"u8.ToArray();
    private static readonly byte[] UnknownMark = " tried to authenticate with nonexistent user '"u8.ToArray();
}
