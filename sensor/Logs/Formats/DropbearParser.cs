using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// dropbear's ssh server; versions before 0.53 write the same words with a small first letter. Of a user that does not exist
/// it tells neither name nor peer: that was in the line which began the connection, of the same pid.
/// </summary>
internal sealed class DropbearParser : ILogParser
{
    private readonly (uint Pid, IpAddress128 Address, uint Port)[] _connections = new (uint, IpAddress128, uint)[64];
    private int _next;

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (Take(ref cursor, "child connection from "u8))
        {
            if (LogText.TryEndpoint(cursor.Rest, out var peer, out var peerPort))
            {
                _connections[_next] = (line.Pid, peer, peerPort);
                _next = (_next + 1) % _connections.Length;
            }

            return LineVerdict.NoEvent;
        }

        if (Take(ref cursor, "bad password attempt for '"u8) || Take(ref cursor, "bad pam password attempt for '"u8))
        {
            return Tell(EventType.AuthFailure, ref cursor, "password", true, in line, emit);
        }

        if (Take(ref cursor, "login attempt for nonexistent user"u8) || Take(ref cursor, "login attempt with wrong user "u8))
        {
            // " 'bob' from ..." where it was told to say names, nothing or " from ..." elsewhere, "NAME from ..." for a wrong one.
            if (cursor.AtEnd)
            {
                return Nameless(in line, emit);
            }

            if (cursor.Rest is [(byte)' ', (byte)'f', ..] && cursor.Take(" from "u8) && LogText.TryEndpoint(cursor.Word(), out var address, out var port))
            {
                var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, "dropbear").From(address, port);
                e.UserKnown = false;
                emit.Emit(e);
                return LineVerdict.Event;
            }

            cursor.Spaces();
            cursor.Take("'"u8);
            return Tell(EventType.AuthFailure, ref cursor, "password", false, in line, emit);
        }

        if (Take(ref cursor, "password auth succeeded for '"u8) || Take(ref cursor, "pam password auth succeeded for '"u8))
        {
            return Tell(EventType.AuthSuccess, ref cursor, "password", true, in line, emit);
        }

        if (Take(ref cursor, "pubkey auth succeeded for '"u8))
        {
            return Tell(EventType.AuthSuccess, ref cursor, "publickey", true, in line, emit);
        }

        return Take(ref cursor, "exit before auth"u8) ? Ended(cursor.Rest, in line, emit) : LineVerdict.NoEvent;
    }

    private LineVerdict Nameless(in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, "dropbear");
        e.UserKnown = false;
        foreach (var (pid, address, port) in _connections)
        {
            if (pid == line.Pid && pid != 0)
            {
                e.From(address, port);
            }
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    // " from <192.0.2.1:5>: (user 'root', 3 fails): Exited normally", older " (user 'root', 10 fails): Max auth tries reached -
    // user 'root' from 192.0.2.1:5": the attempts themselves have been told.
    private static LineVerdict Ended(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        ReadOnlySpan<byte> peer = default;
        if (!(cursor.Take(" from <"u8) && cursor.TakeUntil(">"u8, out peer)) && cursor.TakeUntilLast(" from "u8, out _))
        {
            peer = cursor.Rest;
        }

        if (!LogText.TryEndpoint(peer, out var address, out var port))
        {
            return LineVerdict.NoEvent;
        }

        var failed = text.IndexOf(" fails)"u8) >= 0;
        var reason = text.IndexOf("Max auth tries"u8) >= 0 ? "too_many_failures" : failed ? "closed" : "preauth_closed";
        emit.Emit(emit.New(in line, EventType.ConnectionClosed, Severity.Info, LogSource.Auth, "dropbear").From(address, port).Because(reason));
        return LineVerdict.Event;
    }

    private static bool Take(ref LineCursor cursor, ReadOnlySpan<byte> words) =>
        LogText.StartsWithIgnoringCase(cursor.Rest, words) && cursor.Take(cursor.Rest[..words.Length]);

    private static LineVerdict Tell(EventType type, ref LineCursor cursor, string method, bool known, in LogLine line, LogEmitter emit)
    {
        if (!cursor.TakeUntilLast(" from "u8, out var user) || !LogText.TryEndpoint(cursor.Word(), out var address, out var port))
        {
            return LineVerdict.NoEvent;
        }

        var quote = user.LastIndexOf((byte)'\'');
        var e = emit.New(in line, type, type == EventType.AuthSuccess ? Severity.Info : Severity.Warning, LogSource.Auth, "dropbear")
            .From(address, port).User(quote < 0 ? user : user[..quote]);
        e.AuthMethod = method;
        e.UserKnown = known;
        emit.Emit(e);
        return LineVerdict.Event;
    }
}
