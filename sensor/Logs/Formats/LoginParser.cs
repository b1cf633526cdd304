using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>login at consoles and serial lines, of shadow and of util-linux.</summary>
internal sealed class LoginParser : ILogParser
{
    private readonly ToldPids _told = new();

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        if (PamLine.TryRead(in line, out var pam))
        {
            if (pam.Kind == PamKind.AuthenticationFailure)
            {
                _told.Tell(line.Pid);
            }

            return LineVerdict.NotMine;
        }

        var cursor = new LineCursor(line.Message);
        if (cursor.Take("FAILED LOGIN "u8) || cursor.Take("TOO MANY LOGIN TRIES "u8) || cursor.Take("ILLEGAL ROOT LOGIN"u8))
        {
            if (_told.Take(line.Pid))
            {
                return LineVerdict.Repeats;
            }

            // "(1) on '/dev/tty1' [from 'host' ]FOR 'root', Authentication failure", "1 FROM host FOR root, Authentication failure"
            var from = cursor.TakeUntil("FROM "u8, out _) || cursor.TakeUntil(" from "u8, out _) ? cursor.Word().Trim("'`"u8) : default;
            if (from.IsEmpty)
            {
                cursor.TakeUntil(" on "u8, out _);
            }

            var user = cursor.TakeUntil("FOR "u8, out _) && cursor.TakeUntilLast(", "u8, out var name) ? name.Trim("'`"u8) : default;
            if (line.Message.StartsWith("ILLEGAL ROOT"u8))
            {
                user = "root"u8;
            }

            var failure = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, "login").User(user);
            failure.AuthMethod = "password";
            failure.UserKnown = !user.SequenceEqual("UNKNOWN"u8);
            emit.Emit(from.IsEmpty ? failure : failure.FromHost(from));
            return LineVerdict.Event;
        }

        var root = cursor.Take("ROOT LOGIN "u8);
        if (root || cursor.Take("LOGIN ON "u8))
        {
            var terminal = cursor.Rest;
            ReadOnlySpan<byte> user = "root"u8;
            if (!root && cursor.TakeUntil(" BY "u8, out terminal))
            {
                user = cursor.Word();
            }

            var success = emit.New(in line, EventType.AuthSuccess, Severity.Info, LogSource.Auth, "login").User(user).With("tty", terminal);
            success.UserKnown = true;
            if (cursor.Take("FROM "u8))
            {
                success.FromHost(cursor.Word());
            }

            emit.Emit(success);
            return LineVerdict.Event;
        }

        return LineVerdict.NoEvent;
    }
}
