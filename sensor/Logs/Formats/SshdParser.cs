using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// OpenSSH's server (<c>sshd</c>, <c>sshd-session</c>, <c>sshd-auth</c>). One attempt to log in is one
/// <c>auth.failure</c>, however many lines tell of it: the first that names the peer gives the event, later ones of the same
/// pid are counted as repeats. A refused key of a known user is marked as such (<c>auth.method</c> publickey,
/// <c>user_known</c> true), for rules to leave out. A connection that ends without an attempt is one
/// <c>connection.closed</c>.
/// </summary>
internal sealed partial class SshdParser : ILogParser
{
    private const string Service = "sshd";

    private readonly SshConnectionTable _connections = new();

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var text = line.Message;
        return text[0] switch
        {
            (byte)'F' when text.StartsWith("Failed "u8) => Failed(text[7..], in line, emit),
            (byte)'I' when text.StartsWith("Invalid user "u8) => InvalidUser(text[13..], in line, emit),
            (byte)'I' when text.StartsWith("Illegal user "u8) => InvalidUser(text[13..], in line, emit),
            (byte)'A' => Accepted(text, in line, emit),
            (byte)'C' => Connection(text, in line, emit),
            (byte)'D' => Disconnect(text, in line, emit),
            (byte)'R' => Received(text, in line, emit),
            (byte)'U' when text.StartsWith("User "u8) => NotAllowed(text[5..], in line, emit),
            (byte)'p' when text.StartsWith("pam_"u8) => Pam(in line, emit),
            (byte)'(' when text.StartsWith("(pam_"u8) => Pam(in line, emit),
            _ when !line.PamModule.IsEmpty => Pam(in line, emit),
            (byte)'e' when text.StartsWith("error: "u8) => Error(text[7..], in line, emit),
            (byte)'f' when text.StartsWith("fatal: "u8) => Error(text[7..], in line, emit),
            _ => Error(text, in line, emit),
        };
    }

    // "Failed password for [invalid user ]NAME from ADDRESS port PORT ssh2[: KEY]"
    private LineVerdict Failed(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (!cursor.TakeUntil(" for "u8, out var method) || method.Contains((byte)' '))
        {
            return LineVerdict.NoEvent;
        }

        // The name of an account that exists holds nothing of a stranger's; what follows the peer may (a certificate's text).
        var invalid = cursor.Take("invalid user "u8) || cursor.Take("illegal user "u8);
        if (!TryPeer(cursor.Rest, first: !invalid, out var user, out var address, out var port))
        {
            return LineVerdict.NoEvent;
        }

        invalid |= user.SequenceEqual("<invalid username>"u8);

        ref var connection = ref _connections.Get(in line);
        SshConnectionTable.SetPeer(ref connection, address, port);
        var known = !invalid || connection.NotAllowed;
        var isKey = method.StartsWith("publickey"u8);
        var isNone = method.SequenceEqual("none"u8);
        if (isNone && !invalid)
        {
            // Every client asks with "none" first, to learn the methods (RFC 4252 section 5.2).
            return LineVerdict.NoEvent;
        }

        if (connection.Pending != SshTold.None)
        {
            // A password ends the attempt that was told of; keys and "none" come before it.
            connection.Pending = isKey || isNone ? connection.Pending : SshTold.None;
            return LineVerdict.Repeats;
        }

        if (isKey && connection.KeyTold)
        {
            return LineVerdict.Repeats;
        }

        connection.KeyTold |= isKey;
        connection.Told |= !isKey || !known;
        var e = Failure(in line, emit, address, port).User(Decoded(user, in line));
        e.UserKnown = known;
        e.AuthMethod = Method(method);
        emit.Emit(e);
        return LineVerdict.Event;
    }

    // "Invalid user NAME from ADDRESS[ port PORT]"
    private LineVerdict InvalidUser(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        // An empty name leaves " from" at the front.
        if (!TryPeer(text.StartsWith("from "u8) ? line.Message[12..] : text, first: false, out var user, out var address, out var port))
        {
            return LineVerdict.NoEvent;
        }

        ref var connection = ref _connections.Get(in line);
        SshConnectionTable.SetPeer(ref connection, address, port);
        connection.Pending = SshTold.InvalidUser;
        connection.Told = true;
        connection.NotAllowed = false;
        var e = Failure(in line, emit, address, port).User(Decoded(user, in line)).Because("invalid_user");
        e.UserKnown = false;
        emit.Emit(e);
        return LineVerdict.Event;
    }

    // "Accepted publickey for NAME from ADDRESS port PORT ssh2: ED25519 SHA256:..."
    private LineVerdict Accepted(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (cursor.Rest.StartsWith("Access denied for user "u8))
        {
            return Denied(cursor.Rest, in line, emit);
        }

        if (cursor.Take("Authentication tried for "u8))
        {
            return WrongHost(cursor.Rest, in line, emit);
        }

        if (!cursor.Take("Accepted "u8) || !cursor.TakeUntil(" for "u8, out var method) || method.Contains((byte)' ')
            || !TryPeer(cursor.Rest, first: true, out var user, out var address, out var port))
        {
            return LineVerdict.NoEvent;
        }

        ref var connection = ref _connections.Get(in line);
        SshConnectionTable.SetPeer(ref connection, address, port);
        connection.Accepted = true;
        connection.Pending = SshTold.None;
        var e = emit.New(in line, EventType.AuthSuccess, Severity.Info, LogSource.Auth, Service).From(address, port).User(Decoded(user, in line));
        e.AuthMethod = Method(method);
        e.UserKnown = true;
        var key = cursor.Rest.LastIndexOf(" ssh2: "u8);
        if (key >= 0)
        {
            e.With("ssh.key", cursor.Rest[(key + 7)..]);
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    // "User NAME from ADDRESS not allowed because ...", "User NAME not allowed because account is locked"
    private LineVerdict NotAllowed(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (!cursor.TakeUntilLast(" not allowed because "u8, out var who))
        {
            return LineVerdict.NoEvent;
        }

        ref var connection = ref _connections.Get(in line);
        connection.NotAllowed = true;
        var from = new LineCursor(who);
        if (!from.TakeUntilLast(" from "u8, out var user))
        {
            // No peer in the line: one that follows tells.
            connection.NotAllowedUser = LogText.ToText(Decoded(who, in line), 255);
            return LineVerdict.NoEvent;
        }

        if (LogText.TryAddress(from.Rest, out var address))
        {
            SshConnectionTable.SetPeer(ref connection, address, 0);
            connection.NotAllowed = true;
        }

        connection.Pending = SshTold.NotAllowed;
        connection.Told = true;
        var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, Service)
            .FromHost(from.Rest, connection.Port).User(Decoded(user, in line)).Because("not_allowed").With("detail", cursor.Rest);
        e.UserKnown = true;
        emit.Emit(e);
        return LineVerdict.Event;
    }

    // "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=ADDRESS[  user=NAME]"
    private LineVerdict Pam(in LogLine line, LogEmitter emit)
    {
        if (!PamLine.TryRead(in line, out var pam))
        {
            return LineVerdict.NoEvent;
        }

        if (pam.Kind is PamKind.SessionOpened or PamKind.SessionClosed or PamKind.Locked)
        {
            return PamParser.Plain(in pam, in line, emit);
        }

        if (pam.Kind is not (PamKind.AuthenticationFailure or PamKind.AccessDenied))
        {
            return LineVerdict.NoEvent;
        }

        ref var connection = ref _connections.Get(in line);
        if (LogText.TryAddress(pam.RemoteHost, out var address))
        {
            SshConnectionTable.SetPeer(ref connection, address, 0);
        }

        var module = ModuleId(pam.Module);
        if (connection.Pending != SshTold.None && ((connection.Pending & SshTold.Pam) == 0 || module != connection.PamModule))
        {
            connection.Pending |= SshTold.Pam;
            connection.PamModule = connection.PamModule == 0 ? module : connection.PamModule;
            return LineVerdict.Repeats;
        }

        connection.Pending = SshTold.Pam;
        connection.PamModule = module;
        connection.Told = true;
        var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, Service)
            .User(pam.User).Because(pam.Kind == PamKind.AccessDenied ? "access_denied" : "");
        pam.SetSource(e, connection.Port);
        e.AuthMethod = pam.Kind == PamKind.AccessDenied ? "" : "password";
        if (!pam.User.IsEmpty)
        {
            e.UserKnown = true;
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    // Length and first octets: enough to tell modules apart.
    private static ulong ModuleId(ReadOnlySpan<byte> module)
    {
        var id = (ulong)module.Length;
        foreach (var b in module.Length > 11 ? module[4..11] : module)
        {
            id = (id << 8) | b;
        }

        return id;
    }

    // "Access denied for user NAME by PAM account configuration[ [preauth]]"
    private LineVerdict Denied(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text["Access denied for user ".Length..]);
        if (!cursor.TakeUntilLast(" by "u8, out var user))
        {
            return LineVerdict.NoEvent;
        }

        ref var connection = ref _connections.Get(in line);
        return Refused(user, connection.Address, connection.Port, "account", "", in line, emit);
    }

    private LineVerdict Refused(ReadOnlySpan<byte> user, IpAddress128 address, uint port, string reason, string method, in LogLine line, LogEmitter emit)
    {
        ref var connection = ref _connections.Get(in line);
        if (address != default)
        {
            SshConnectionTable.SetPeer(ref connection, address, port);
        }

        if (connection.Pending != SshTold.None && (connection.Pending & SshTold.Refused) == 0)
        {
            connection.Pending |= SshTold.Refused;
            return LineVerdict.Repeats;
        }

        connection.Pending = SshTold.Refused;
        connection.Told = true;
        var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, Service).User(Decoded(user, in line)).Because(reason);
        if (connection.HasAddress)
        {
            e.From(connection.Address, connection.Port);
        }

        e.AuthMethod = method;
        e.UserKnown = true;
        emit.Emit(e);
        return LineVerdict.Event;
    }

    private static Event Failure(in LogLine line, LogEmitter emit, IpAddress128 address, uint port) =>
        emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, Service).From(address, port);

    // A name that sshd wrote itself; PAM's modules write names as they are. What the process without privileges tells is
    // encoded there, and once more by the one that writes it.
    private static ReadOnlySpan<byte> Decoded(ReadOnlySpan<byte> user, in LogLine line)
    {
        var name = VisText.Decode(user);
        return line.Message.EndsWith(" [preauth]"u8) ? VisText.Decode(name) : name;
    }

    private static string Method(ReadOnlySpan<byte> method)
    {
        var slash = method.IndexOf((byte)'/');
        var name = slash < 0 ? method : method[..slash];
        return name.SequenceEqual("password"u8) ? "password"
            : name.SequenceEqual("publickey"u8) ? "publickey"
            : name.SequenceEqual("keyboard-interactive"u8) ? "keyboard-interactive"
            : LogText.ToText(name, 40);
    }

    // "NAME from ADDRESS port PORT ssh2...": the name is the client's own choice and may hold text of the same shape, so the
    // last occurrence is the true one; except behind a certificate's free text, where a known account's first one is.
    private static bool TryPeer(ReadOnlySpan<byte> text, bool first, out ReadOnlySpan<byte> user, out IpAddress128 address, out uint port)
    {
        var end = text.Length;
        user = default;
        address = default;
        port = 0;
        var found = false;
        for (var tries = 0; tries < 16; tries++)
        {
            var at = text[..end].LastIndexOf(" from "u8);
            if (at < 0)
            {
                break;
            }

            if (TryAddressAndPort(text[(at + 6)..], out var candidate, out var candidatePort))
            {
                user = text[..at];
                address = candidate;
                port = candidatePort;
                found = true;
                if (!first)
                {
                    return true;
                }
            }

            end = at;
        }

        return found;
    }

    // "ADDRESS port PORT", "ADDRESS", each perhaps followed by " ssh2", ":" or "[preauth]".
    private static bool TryAddressAndPort(ReadOnlySpan<byte> text, out IpAddress128 address, out uint port)
    {
        port = 0;
        var cursor = new LineCursor(text);
        if (!LogText.TryAddress(cursor.Word().TrimEnd((byte)':'), out address))
        {
            return false;
        }

        if (cursor.Take("port "u8))
        {
            return LogText.TryPort(LogText.LeadingDigits(cursor.Rest), out port);
        }

        return true;
    }
}
