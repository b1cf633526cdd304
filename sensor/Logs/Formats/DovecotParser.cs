using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// dovecot: logins, connections that ended with failed attempts (one event for each attempt), and, where <c>auth_verbose</c> is
/// on, the attempts as the authentication process tells of them; those are not told again when the connection ends.
/// </summary>
internal sealed class DovecotParser : ILogParser
{
    private const int MaxAttempts = 16;
    private const int Remembered = 64;
    private const long Lifetime = 600L * 1_000_000_000;

    private readonly (IpAddress128 Address, int Count, long Time)[] _told = new (IpAddress128, int, long)[Remembered];

    /// <summary>Whether a line without a program's name is dovecot's own log file's.</summary>
    public static bool Looks(ReadOnlySpan<byte> message) => message.IndexOf("-login: Info: "u8) is > 0 and < 16
        || ((message.StartsWith("auth"u8) || message.StartsWith("dovecot: auth"u8)) && message.IndexOf(": Info: "u8) is > 0 and < 40);

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        // The process is in front of the text, or is the tag where the log is dovecot's own.
        var cursor = new LineCursor(line.Message);
        cursor.Take("dovecot: "u8);
        if (line.Program.EndsWith("-login"u8))
        {
            return Login(ref cursor, line.Program, in line, emit);
        }

        if (line.Program.StartsWith("auth"u8) || (cursor.Rest.StartsWith("auth"u8) && cursor.TakeUntil(": "u8, out _)))
        {
            return Authentication(cursor.Rest, in line, emit);
        }

        return cursor.TakeUntil("-login: "u8, out var protocol) && protocol.Length <= 32 ? Login(ref cursor, protocol, in line, emit) : LineVerdict.NoEvent;
    }

    private LineVerdict Login(ref LineCursor cursor, ReadOnlySpan<byte> protocol, in LogLine line, LogEmitter emit)
    {
        cursor.Take("Info: "u8);
        var success = cursor.Take("Login: "u8);
        var hasUser = cursor.Rest.IndexOf("user=<"u8);
        var head = hasUser >= 0 ? cursor.Rest[..hasUser] : cursor.Rest.IndexOf("rip="u8) is >= 0 and var rip ? cursor.Rest[..rip] : default;
        var failures = success ? 0 : Failures(head);
        if ((!success && failures == 0) || !cursor.TakeUntilLast("rip="u8, out var before) || !LogText.TryAddress(LogText.LeadingToken(cursor.Rest), out var address))
        {
            return LineVerdict.NoEvent;
        }

        if (!success)
        {
            var told = TakeTold(address, failures, line.Time);
            failures -= told;
            if (failures == 0)
            {
                return LineVerdict.Repeats;
            }
        }

        var user = hasUser >= 0 ? before[(hasUser + 6)..] : default;
        var method = user.LastIndexOf(">, method="u8);
        var name = hasUser < 0 ? default : method >= 0 ? user[..method] : user.TrimEnd(", "u8).TrimEnd((byte)'>');
        var mechanism = method >= 0 ? LogText.ToText(user[(method + 10)..].TrimEnd(", "u8), 40).ToLowerInvariant() : "";
        for (var i = 0; i < Math.Max(1, failures); i++)
        {
            var e = emit.New(in line, success ? EventType.AuthSuccess : EventType.AuthFailure, success ? Severity.Info : Severity.Warning, LogSource.Syslog, "dovecot")
                .From(address).User(name).With("protocol", protocol.EndsWith("-login"u8) ? protocol[..^6] : protocol);
            e.AuthMethod = mechanism;
            emit.Emit(e);
        }

        return LineVerdict.Event;
    }

    // "Disconnected (auth failed, 3 attempts in 12 secs): ", "Aborted login (tried to use disallowed plaintext auth): "
    private static int Failures(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("(auth failed, "u8);
        if (at >= 0)
        {
            return new LineCursor(head[(at + 14)..]).TakeNumber(out var attempts) ? (int)Math.Clamp(attempts, 1, MaxAttempts) : 1;
        }

        return head.IndexOf("auth failed"u8) >= 0 || head.IndexOf("(tried to use dis"u8) >= 0 || head.IndexOf("unknown user"u8) >= 0 ? 1 : 0;
    }

    // "[Info: ][conn unix:auth-worker (pid=1,uid=97): auth-worker<55>: ]pam(bob,192.0.2.1[,<session>]): unknown user"
    private LineVerdict Authentication(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var end = text.LastIndexOf("): "u8);
        if (end < 0 || !Refuses(text[(end + 3)..], out var known))
        {
            // "pam_authenticate() failed: ...": the last ": " is within the words.
            end = text.IndexOf("): pam_authenticate() failed: "u8);
            known = text.IndexOf("User not known"u8) < 0;
            if (end < 0)
            {
                return LineVerdict.NoEvent;
            }
        }

        var start = Driver(text[..end]);
        if (start < 0)
        {
            return LineVerdict.NoEvent;
        }

        // From the right: the session, if any, and the address; the name before them may hold anything.
        var inner = text[start..end];
        var session = inner.LastIndexOf(",<"u8);
        inner = session >= 0 && inner[^1] == '>' ? inner[..session] : inner.TrimEnd((byte)',');
        var comma = inner.LastIndexOf((byte)',');
        if (comma < 0 || !LogText.TryAddress(inner[(comma + 1)..], out var address))
        {
            return LineVerdict.NoEvent;
        }

        Remember(address, line.Time);
        var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Syslog, "dovecot").From(address).User(inner[..comma])
            .Because(known ? "wrong_password" : "invalid_user");
        e.AuthMethod = "password";
        e.UserKnown = known;
        emit.Emit(e);
        return LineVerdict.Event;
    }

    private static bool Refuses(ReadOnlySpan<byte> why, out bool known)
    {
        known = !why.StartsWith("unknown user"u8);
        return !known || LogText.StartsWithIgnoringCase(why, "password mismatch"u8) || LogText.StartsWithIgnoringCase(why, "invalid credentials"u8);
    }

    // Behind the name of a password database and its bracket.
    private static int Driver(ReadOnlySpan<byte> text)
    {
        foreach (var driver in (ReadOnlySpan<byte[]>)[Pam, PasswdFile, Sql, Ldap, Passwd, Shadow, Lua, Static, Oauth])
        {
            var at = text.IndexOf(driver);
            if (at == 0 || (at > 0 && text[at - 1] == ' '))
            {
                return at + driver.Length;
            }
        }

        return -1;
    }

    private void Remember(IpAddress128 address, long time)
    {
        var oldest = 0;
        for (var i = 0; i < _told.Length; i++)
        {
            if (_told[i].Address == address && Math.Abs(time - _told[i].Time) < Lifetime)
            {
                _told[i] = (address, _told[i].Count + 1, time);
                return;
            }

            oldest = _told[i].Time < _told[oldest].Time ? i : oldest;
        }

        _told[oldest] = (address, 1, time);
    }

    private int TakeTold(IpAddress128 address, int most, long time)
    {
        for (var i = 0; i < _told.Length; i++)
        {
            if (_told[i].Count > 0 && _told[i].Address == address && Math.Abs(time - _told[i].Time) < Lifetime)
            {
                var taken = Math.Min(most, _told[i].Count);
                _told[i].Count -= taken;
                return taken;
            }
        }

        return 0;
    }

    private static readonly byte[] Pam = "pam("u8.ToArray();
    private static readonly byte[] PasswdFile = "passwd-file("u8.ToArray();
    private static readonly byte[] Sql = "sql("u8.ToArray();
    private static readonly byte[] Ldap = "ldap("u8.ToArray();
    private static readonly byte[] Passwd = "passwd("u8.ToArray();
    private static readonly byte[] Shadow = "shadow("u8.ToArray();
    private static readonly byte[] Lua = "lua("u8.ToArray();
    private static readonly byte[] Static = "static("u8.ToArray();
    private static readonly byte[] Oauth = "oauth2("u8.ToArray();
}
