using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// vsftpd (<c>[pid 2] [bob] FAIL LOGIN: Client "192.0.2.1"</c>), proftpd (<c>host (peer[192.0.2.1]): USER bob (Login failed): ...</c>) and
/// pure-ftpd (<c>(?@192.0.2.1) [WARNING] Authentication failed for user [bob]</c>).
/// </summary>
internal sealed class FtpParser : ILogParser
{
    /// <summary>Whether a line without a program's name is vsftpd's.</summary>
    public static bool Looks(ReadOnlySpan<byte> message) => message.StartsWith("[pid "u8);

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        if (PamLine.Looks(in line))
        {
            return LineVerdict.NotMine;
        }

        var cursor = new LineCursor(line.Message);
        if (cursor.TakeUntilLast("LOGIN: Client \""u8, out var head))
        {
            var client = cursor.Rest;
            var quote = client.IndexOf((byte)'"');
            var open = head.LastIndexOf("] "u8);
            var user = open > 0 ? head[(head[..open].LastIndexOf((byte)'[') + 1)..open] : default;
            return quote > 0 && LogText.TryAddress(client[..quote], out var address)
                ? Tell(head.EndsWith("OK "u8), "vsftpd", user, address, null, in line, emit)
                : LineVerdict.NoEvent;
        }

        cursor = new LineCursor(line.Message);
        if (cursor.Take("("u8) && cursor.TakeUntil(") ["u8, out var who) && who.LastIndexOf((byte)'@') is >= 0 and var at)
        {
            return PureFtpd(who[(at + 1)..], cursor.Rest, in line, emit);
        }

        // "host.example.org (peer[192.0.2.1]): ..." or "... (peer[192.0.2.1]) - ...": the server's own words.
        cursor = new LineCursor(line.Message);
        if (!cursor.TakeUntil("["u8, out _) || !cursor.TakeUntil("])"u8, out var ip) || !LogText.TryAddress(ip, out var peer))
        {
            return LineVerdict.NoEvent;
        }

        if (cursor.Rest.IndexOf("SECURITY VIOLATION: "u8) is >= 0 and < 8)
        {
            return Tell(false, "proftpd", "root"u8, peer, true, in line, emit);
        }

        if (cursor.Rest.IndexOf("Maximum login attempts ("u8) is >= 0 and < 8)
        {
            emit.Emit(emit.New(in line, EventType.ConnectionClosed, Severity.Info, LogSource.Syslog, "proftpd").From(peer).Because("too_many_failures"));
            return LineVerdict.Event;
        }

        if (!cursor.TakeUntil("USER "u8, out _))
        {
            return LineVerdict.NoEvent;
        }

        if (cursor.Rest.IndexOf("no such user"u8) is > 0 and var unknown)
        {
            return Tell(false, "proftpd", cursor.Rest[..unknown].TrimEnd(": "u8), peer, false, in line, emit);
        }

        if (cursor.Rest.IndexOf(" (Login failed)"u8) is > 0 and var failed)
        {
            return Tell(false, "proftpd", cursor.Rest[..failed], peer, null, in line, emit);
        }

        return cursor.Rest.IndexOf(": Login successful"u8) is > 0 and var good ? Tell(true, "proftpd", cursor.Rest[..good], peer, true, in line, emit) : LineVerdict.NoEvent;
    }

    // "WARNING] Authentication failed for user [bob]", "INFO] bob is now logged in"; the peer may be a name.
    private static LineVerdict PureFtpd(ReadOnlySpan<byte> peer, ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        cursor.TakeUntil("] "u8, out _);
        var failed = cursor.Take("Authentication failed for user ["u8);
        if (!failed && !cursor.Rest.EndsWith(" is now logged in"u8))
        {
            return LineVerdict.NoEvent;
        }

        var user = failed ? cursor.Rest.TrimEnd((byte)']') : cursor.Rest[..^" is now logged in".Length];
        var e = emit.New(in line, failed ? EventType.AuthFailure : EventType.AuthSuccess, failed ? Severity.Warning : Severity.Info, LogSource.Syslog, "pure-ftpd").FromHost(peer).User(user);
        e.AuthMethod = "password";
        emit.Emit(e);
        return LineVerdict.Event;
    }

    private static LineVerdict Tell(bool success, string service, ReadOnlySpan<byte> user, IpAddress128 address, bool? known, in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, success ? EventType.AuthSuccess : EventType.AuthFailure, success ? Severity.Info : Severity.Warning, LogSource.Syslog, service).From(address).User(user);
        e.AuthMethod = "password";
        if (known is { } value)
        {
            e.UserKnown = value;
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }
}
