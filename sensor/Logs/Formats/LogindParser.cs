using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>systemd-logind: sessions. The end names no user; the last 256 sessions are remembered for it.</summary>
internal sealed class LogindParser : ILogParser
{
    private const int MaxSessions = 256;

    private readonly Dictionary<string, string> _users = [];

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (cursor.Take("New session "u8) && cursor.TakeUntil(" of user "u8, out var id))
        {
            // "alice.", and since version 256 "'alice' with class 'user' and type 'tty'."
            var user = cursor.Take("'"u8) && cursor.TakeUntil("'"u8, out var quoted) ? quoted : cursor.Rest.TrimEnd((byte)'.');
            if (_users.Count >= MaxSessions)
            {
                _users.Clear();
            }

            _users[LogText.ToText(id.Trim((byte)'\''), 32)] = LogText.ToText(user, 255);
            emit.Emit(emit.New(in line, EventType.SessionStart, Severity.Info, LogSource.Auth, "systemd-logind").User(user).With("session", id));
            return LineVerdict.Event;
        }

        if (cursor.Take("Removed session "u8))
        {
            var session = LogText.ToText(cursor.Rest.TrimEnd((byte)'.'), 32);
            var e = emit.New(in line, EventType.SessionEnd, Severity.Info, LogSource.Auth, "systemd-logind").With("session", session);
            if (_users.Remove(session, out var user))
            {
                e.User = user;
            }

            emit.Emit(e);
            return LineVerdict.Event;
        }

        return LineVerdict.NoEvent;
    }
}
