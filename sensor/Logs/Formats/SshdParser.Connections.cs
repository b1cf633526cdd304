using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

// Lines that tell how a connection began, went wrong or ended.
internal sealed partial class SshdParser
{
    private LineVerdict Connection(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (cursor.Take("Connection from "u8))
        {
            if (TryAddressAndPort(cursor.Rest, out var address, out var port))
            {
                ref var connection = ref _connections.Get(in line);
                connection = new SshConnection { Pid = connection.Pid, Host = connection.Host, LastTime = connection.LastTime };
                SshConnectionTable.SetPeer(ref connection, address, port);
            }

            return LineVerdict.NoEvent;
        }

        if (cursor.Take("Connection closed by "u8))
        {
            return Ended(cursor.Rest, "closed", in line, emit);
        }

        return cursor.Take("Connection reset by "u8) ? Ended(cursor.Rest, "reset", in line, emit) : LineVerdict.NoEvent;
    }

    private LineVerdict Disconnect(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (cursor.Take("Disconnected from "u8))
        {
            return Ended(cursor.Rest, "disconnected", in line, emit);
        }

        if (cursor.Take("Disconnecting: Too many authentication failures"u8))
        {
            return TooMany(cursor.Rest, in line, emit);
        }

        if (cursor.Take("Disconnecting "u8))
        {
            return Ended(cursor.Rest, cursor.Rest.IndexOf("Too many authentication failures"u8) >= 0 ? "too_many_failures" : "disconnecting", in line, emit);
        }

        if (cursor.Take("Did not receive identification string from "u8) && TryAddressAndPort(cursor.Rest, out var address, out var port))
        {
            return Closed(EventType.ConnectionClosed, address, port, "no_identification", default, in line, emit);
        }

        return LineVerdict.NoEvent;
    }

    private LineVerdict Received(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (cursor.Take("ROOT LOGIN REFUSED FROM "u8) && TryAddressAndPort(cursor.Rest, out var address, out var port))
        {
            return Refused("root"u8, address, port, "root_login_refused", "", in line, emit);
        }

        return cursor.Take("Received disconnect from "u8) ? ReceivedDisconnect(cursor.Rest, in line, emit) : LineVerdict.NoEvent;
    }

    // "ADDRESS port PORT:11: Bye Bye [preauth]", before 7.4 "ADDRESS: 11: Bye Bye [preauth]". The words are the client's.
    private LineVerdict ReceivedDisconnect(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        if (!TryAddressAndPort(text, out var address, out var port))
        {
            return LineVerdict.NoEvent;
        }

        ref var connection = ref _connections.Get(in line);
        SshConnectionTable.SetPeer(ref connection, address, port);
        if (connection.NotAllowed && !connection.Told)
        {
            return NotAllowedLater(ref connection, in line, emit);
        }

        // Codes of RFC 4253 section 11.1; 3 is what some clients say of a failed authentication. "Disconnected from ..."
        // follows in all versions since 7.4.
        var cursor = new LineCursor(text);
        cursor.Word();
        if (cursor.Take("port "u8))
        {
            cursor.TakeNumber(out _);
            cursor.Take(":"u8);
        }

        cursor.TakeNumber(out var code);
        var reason = connection.Told ? "" : code switch
        {
            14 => "no_more_methods",
            3 when cursor.Rest.IndexOf("Auth fail"u8) >= 0 => "client_auth_failed",
            _ => port == 0 && text.EndsWith("[preauth]"u8) ? "preauth_disconnected" : "",
        };
        return reason.Length == 0 || connection.Closed ? LineVerdict.NoEvent : Closed(EventType.ConnectionClosed, address, port, reason, default, in line, emit);
    }

    // Of a user who may not log in nothing else was told: sshd before 7.4 ends so.
    private static LineVerdict NotAllowedLater(ref SshConnection connection, in LogLine line, LogEmitter emit)
    {
        connection.Told = true;
        var e = Failure(in line, emit, connection.Address, connection.Port).Because("not_allowed");
        e.User = connection.NotAllowedUser ?? "";
        e.UserKnown = true;
        emit.Emit(e);
        return LineVerdict.Event;
    }

    // "[ for NAME][ [preauth]]": the peer is known from a line before, if at all.
    private LineVerdict TooMany(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        ref var connection = ref _connections.Get(in line);
        if (connection.Told || connection.KeyTold || !connection.HasAddress)
        {
            return LineVerdict.NoEvent;
        }

        connection.Told = true;
        var cursor = new LineCursor(text);
        var e = Failure(in line, emit, connection.Address, connection.Port).Because("too_many_failures");
        if (cursor.Take(" for "u8))
        {
            e.User(Decoded(cursor.Rest.EndsWith(" [preauth]"u8) ? cursor.Rest[..^10] : cursor.Rest, in line));
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    // Behind the verb: "[authenticating |invalid ]user NAME ADDRESS port PORT[ [preauth]]" or "ADDRESS port PORT[ [preauth]]".
    private LineVerdict Ended(ReadOnlySpan<byte> text, string how, in LogLine line, LogEmitter emit)
    {
        var preauth = text.IndexOf("[preauth]"u8) >= 0;
        var cursor = new LineCursor(text);
        var invalid = cursor.Take("invalid user "u8);
        var authenticating = !invalid && cursor.Take("authenticating user "u8);
        var named = invalid || authenticating || cursor.Take("user "u8);
        ReadOnlySpan<byte> user = default;
        if (!TryTrailingPeer(cursor.Rest, named, ref user, out var address, out var port))
        {
            return LineVerdict.NoEvent;
        }

        ref var connection = ref _connections.Get(in line);
        SshConnectionTable.SetPeer(ref connection, address, port);
        if (invalid && !connection.Told)
        {
            // The lines that told of the attempt are not in this log.
            connection.Told = true;
            connection.Closed = true;
            var failure = Failure(in line, emit, address, port).User(Decoded(user, in line)).Because(connection.NotAllowed ? "not_allowed" : "invalid_user");
            failure.UserKnown = connection.NotAllowed;
            emit.Emit(failure);
            return LineVerdict.Event;
        }

        if (connection.NotAllowed && !connection.Told)
        {
            return NotAllowedLater(ref connection, in line, emit);
        }

        if (connection.Closed)
        {
            return LineVerdict.Repeats;
        }

        connection.Closed = true;
        var e = emit.New(in line, EventType.ConnectionClosed, Severity.Info, LogSource.Auth, Service).From(address, port)
            .User(Decoded(user, in line)).Because((preauth || connection.Nameless) && !connection.Told ? Preauth(how) : how);
        if (named)
        {
            e.UserKnown = !invalid || connection.NotAllowed;
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    // Left before any attempt to log in was refused: a probe, or a client that had no key to offer.
    private static string Preauth(string how) => how switch
    {
        "closed" => "preauth_closed",
        "reset" => "preauth_reset",
        "disconnected" => "preauth_disconnected",
        _ => how,
    };

    // The peer is at the end; the name before it may hold anything.
    private static bool TryTrailingPeer(ReadOnlySpan<byte> text, bool named, ref ReadOnlySpan<byte> user, out IpAddress128 address, out uint port)
    {
        address = default;
        port = 0;
        if (!named)
        {
            return TryAddressAndPort(text, out address, out port);
        }

        var end = text.Length;
        for (var tries = 0; tries < 16; tries++)
        {
            var at = text[..end].LastIndexOf(" port "u8);
            if (at < 0)
            {
                return false;
            }

            var space = text[..at].LastIndexOf((byte)' ');
            if (TryAddressAndPort(text[(space + 1)..], out address, out port))
            {
                user = space > 0 ? text[..space] : default;
                return true;
            }

            end = at;
        }

        return false;
    }

    // What stands behind "error: ", "fatal: " or nothing.
    private LineVerdict Error(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        IpAddress128 address;
        uint port;
        if (cursor.Take("maximum authentication attempts exceeded for "u8))
        {
            var invalid = cursor.Take("invalid user "u8);
            if (!TryPeer(cursor.Rest, first: false, out var user, out address, out port))
            {
                return LineVerdict.NoEvent;
            }

            ref var connection = ref _connections.Get(in line);
            SshConnectionTable.SetPeer(ref connection, address, port);
            if (connection.Told || connection.KeyTold)
            {
                return LineVerdict.NoEvent;
            }

            // Only refused keys stay unlogged until here.
            connection.Told = true;
            connection.KeyTold = true;
            var e = Failure(in line, emit, address, port).User(Decoded(user, in line)).Because("too_many_failures");
            e.UserKnown = !invalid || connection.NotAllowed;
            e.AuthMethod = "publickey";
            emit.Emit(e);
            return LineVerdict.Event;
        }

        // "/home/alice/.ssh/authorized_keys:1: Authentication tried for ..."
        if (text[0] == '/' && cursor.TakeUntil(": Authentication tried for "u8, out _))
        {
            return WrongHost(cursor.Rest, in line, emit);
        }

        if (cursor.Take("PAM: "u8) && cursor.TakeUntil(" for "u8, out var problem))
        {
            return PamError(problem, cursor.Rest, in line, emit);
        }

        if (cursor.Take("Unable to negotiate with "u8) && TryAddressAndPort(cursor.Rest, out address, out port))
        {
            return Closed(EventType.ConnectionRefused, address, port, "negotiation", After(cursor.Rest, ": "u8), in line, emit);
        }

        if (cursor.Rest.StartsWith("Access denied for user "u8))
        {
            return Denied(cursor.Rest, in line, emit);
        }

        if (cursor.Take("Received disconnect from "u8))
        {
            return ReceivedDisconnect(cursor.Rest, in line, emit);
        }

        if (cursor.Take("Protocol major versions differ for "u8) && TryAddressAndPort(cursor.Rest, out address, out port))
        {
            return Closed(EventType.ConnectionClosed, address, port, "bad_banner", After(cursor.Rest, ": "u8), in line, emit);
        }

        if (cursor.Rest.StartsWith("kex_exchange_identification: "u8))
        {
            _connections.Get(in line).Nameless = true;
            return LineVerdict.NoEvent;
        }

        if (cursor.Rest.StartsWith("no matching "u8) || cursor.Rest.StartsWith("Unable to negotiate a "u8))
        {
            ref var connection = ref _connections.Get(in line);
            return connection.HasAddress && !connection.Closed
                ? Closed(EventType.ConnectionRefused, connection.Address, connection.Port, "negotiation", cursor.Rest, in line, emit)
                : LineVerdict.NoEvent;
        }

        if (cursor.Take("banner exchange: Connection from "u8) && TryAddressAndPort(cursor.Rest, out address, out port))
        {
            return Closed(EventType.ConnectionClosed, address, port, "bad_banner", After(cursor.Rest, ": "u8), in line, emit);
        }

        if (cursor.Take("ssh_dispatch_run_fatal: Connection from "u8))
        {
            ReadOnlySpan<byte> user = default;
            var named = cursor.Take("authenticating user "u8) || cursor.Take("invalid user "u8) || cursor.Take("user "u8);
            return TryTrailingPeer(cursor.Rest, named, ref user, out address, out port)
                ? Closed(EventType.ConnectionClosed, address, port, "protocol_error", After(cursor.Rest, ": "u8), in line, emit)
                : LineVerdict.NoEvent;
        }

        if (cursor.Take("Timeout before authentication for "u8))
        {
            cursor.Take("connection from "u8);
            return TryAddressAndPort(cursor.Rest, out address, out port)
                ? Closed(EventType.ConnectionClosed, address, port, "timeout", default, in line, emit)
                : LineVerdict.NoEvent;
        }

        if (cursor.Take("Bad protocol version identification '"u8) && cursor.TakeUntilLast("' from "u8, out var banner)
            && TryAddressAndPort(cursor.Rest, out address, out port))
        {
            return Closed(EventType.ConnectionClosed, address, port, "bad_banner", banner, in line, emit);
        }

        if (cursor.Take("Magic value check failed"u8) && cursor.TakeUntilLast(" from "u8, out _) && TryAddressAndPort(cursor.Rest, out address, out port))
        {
            return Closed(EventType.ConnectionRefused, address, port, "bad_magic", default, in line, emit);
        }

        if (cursor.Take("refused connect from "u8))
        {
            return RefusedConnect(cursor.Rest, in line, emit);
        }

        return Throttled(text, in line, emit);
    }

    // "NAME with correct key but not from a permitted host (host=NAME, ip=ADDRESS, required=PATTERN)."
    private LineVerdict WrongHost(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        return cursor.TakeUntil(" with correct key but not from a permitted host"u8, out var user) && cursor.TakeUntilLast(", ip="u8, out _)
            && LogText.TryAddress(LogText.LeadingToken(cursor.Rest), out var address)
            ? Refused(user, address, 0, "host_not_permitted", "publickey", in line, emit)
            : LineVerdict.NoEvent;
    }

    // "PAM: Authentication failure for [illegal user ]NAME from ADDRESS": the host may be a name.
    private LineVerdict PamError(ReadOnlySpan<byte> problem, ReadOnlySpan<byte> who, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(who);
        var invalid = cursor.Take("illegal user "u8) || cursor.Take("invalid user "u8);
        if (!IsPamRefusal(problem) || !cursor.TakeUntilLast(" from "u8, out var user))
        {
            return LineVerdict.NoEvent;
        }

        // FreeBSD and macOS add " via ADDRESS", their own.
        var host = cursor.Word();
        ref var connection = ref _connections.Get(in line);
        if (LogText.TryAddress(host, out var address))
        {
            SshConnectionTable.SetPeer(ref connection, address, 0);
        }

        if (connection.Pending != SshTold.None && (connection.Pending & SshTold.PamError) == 0)
        {
            connection.Pending |= SshTold.PamError;
            return LineVerdict.Repeats;
        }

        connection.Pending = SshTold.PamError;
        connection.Told = true;
        var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, Service).FromHost(host, connection.Port).User(Decoded(user, in line));
        e.AuthMethod = "keyboard-interactive";
        e.UserKnown = !invalid;
        emit.Emit(e);
        return LineVerdict.Event;
    }

    private static bool IsPamRefusal(ReadOnlySpan<byte> problem) =>
        LogText.StartsWithIgnoringCase(problem, "authentication failure"u8) || LogText.StartsWithIgnoringCase(problem, "authentication error"u8)
        || LogText.StartsWithIgnoringCase(problem, "user not known"u8) || LogText.StartsWithIgnoringCase(problem, "permission denied"u8)
        || LogText.StartsWithIgnoringCase(problem, "user account has expired"u8);

    // libwrap: "NAME (ADDRESS)", the name being what reverse DNS says.
    private LineVerdict RefusedConnect(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var open = text.LastIndexOf((byte)'(');
        if (open < 0)
        {
            return TryAddressAndPort(text, out var bare, out _)
                ? Closed(EventType.ConnectionRefused, bare, 0, "hosts_deny", default, in line, emit)
                : LineVerdict.NoEvent;
        }

        return LogText.TryAddress(text[(open + 1)..].TrimEnd((byte)')'), out var address)
            ? Closed(EventType.ConnectionRefused, address, 0, "hosts_deny", default, in line, emit)
            : LineVerdict.NoEvent;
    }

    // "drop connection #10 from [ADDRESS]:PORT on [ADDRESS]:22 past MaxStartups", "... penalty: failed authentication",
    // "beginning MaxStartups throttling".
    private static LineVerdict Throttled(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (cursor.Take("drop connection #"u8) && cursor.TakeUntil(" from "u8, out _) && LogText.TryEndpoint(cursor.Word(), out var address, out var port))
        {
            var reason = cursor.Rest.IndexOf("MaxStartups"u8) >= 0 ? "max_startups" : cursor.Rest.IndexOf("penalty"u8) >= 0 ? "penalty" : "dropped";
            var e = emit.New(in line, EventType.ConnectionRefused, Severity.Warning, LogSource.Auth, Service).From(address, port).Because(reason);
            emit.Emit(e.With("detail", After(cursor.Rest, "penalty: "u8)));
            return LineVerdict.Event;
        }

        if (text.StartsWith("beginning MaxStartups throttling"u8))
        {
            emit.Emit(emit.New(in line, EventType.ConnectionRefused, Severity.Warning, LogSource.Auth, Service).Because("max_startups"));
            return LineVerdict.Event;
        }

        return LineVerdict.NoEvent;
    }

    private LineVerdict Closed(EventType type, IpAddress128 address, uint port, string reason, ReadOnlySpan<byte> detail, in LogLine line, LogEmitter emit)
    {
        ref var connection = ref _connections.Get(in line);
        SshConnectionTable.SetPeer(ref connection, address, port);
        connection.Closed = true;
        var severity = type == EventType.ConnectionRefused ? Severity.Warning : Severity.Info;
        emit.Emit(emit.New(in line, type, severity, LogSource.Auth, Service).From(address, port).Because(reason).With("detail", detail));
        return LineVerdict.Event;
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
    {
        var at = text.IndexOf(mark);
        return at < 0 ? default : text[(at + mark.Length)..];
    }
}
