using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>dropbear's ssh server.</summary>
internal sealed class DropbearParser : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (cursor.Take("Bad password attempt for '"u8) || cursor.Take("Bad PAM password attempt for '"u8))
        {
            return Tell(EventType.AuthFailure, ref cursor, "password", true, in line, emit);
        }

        if (cursor.Take("Login attempt for nonexistent user"u8))
        {
            // " 'bob' from ..." since 2020, " from ..." before.
            if (cursor.Take(" '"u8))
            {
                return Tell(EventType.AuthFailure, ref cursor, "password", false, in line, emit);
            }

            if (cursor.Take(" from "u8) && LogText.TryEndpoint(cursor.Word(), out var address, out var port))
            {
                var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, "dropbear").From(address, port);
                e.UserKnown = false;
                emit.Emit(e);
                return LineVerdict.Event;
            }
        }

        if (cursor.Take("Password auth succeeded for '"u8) || cursor.Take("PAM password auth succeeded for '"u8))
        {
            return Tell(EventType.AuthSuccess, ref cursor, "password", true, in line, emit);
        }

        if (cursor.Take("Pubkey auth succeeded for '"u8))
        {
            return Tell(EventType.AuthSuccess, ref cursor, "publickey", true, in line, emit);
        }

        return LineVerdict.NoEvent;
    }

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
