using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// su, of shadow and of util-linux. <c>user</c> is whom one became or tried to become, <c>actor</c> who did. The line of PAM
/// that comes before a failure tells of it; su's own repeats it.
/// </summary>
internal sealed class SuParser : ILogParser
{
    private readonly ToldPids _told = new();

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (PamLine.TryRead(in line, out var pam))
        {
            if (pam.Kind != PamKind.AuthenticationFailure)
            {
                return LineVerdict.NotMine;
            }

            _told.Tell(line.Pid);
            return Tell(true, pam.User, pam.RemoteUser.IsEmpty ? pam.LogName : pam.RemoteUser, pam.Terminal, in line, emit);
        }

        // "FAILED SU (to root) alice on pts/0", "(to root) alice on pts/0"
        var failed = cursor.Take("FAILED SU "u8) || cursor.Take("FAILED su "u8);
        if (cursor.Take("(to "u8) && cursor.TakeUntil(") "u8, out var target) && cursor.TakeUntilLast(" on "u8, out var who))
        {
            return failed && _told.Take(line.Pid) ? LineVerdict.Repeats : Tell(failed, target, who, cursor.Rest, in line, emit);
        }

        // "FAILED su for root by alice", "Successful su for root by alice"
        if ((failed || cursor.Take("Successful su "u8)) && cursor.Take("for "u8) && cursor.TakeUntil(" by "u8, out target))
        {
            return failed && _told.Take(line.Pid) ? LineVerdict.Repeats : Tell(failed, target, cursor.Rest, default, in line, emit);
        }

        // "+ /dev/pts/0 alice:root", "- pts/0 alice:root"; "Successful su" says the same again.
        if (cursor.Take("- "u8))
        {
            var terminal = cursor.Word();
            return cursor.TakeUntil(":"u8, out who) && !_told.Take(line.Pid) ? Tell(true, cursor.Rest, who, terminal, in line, emit) : LineVerdict.Repeats;
        }

        return LineVerdict.NoEvent;
    }

    private static LineVerdict Tell(bool failed, ReadOnlySpan<byte> target, ReadOnlySpan<byte> who, ReadOnlySpan<byte> terminal, in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, failed ? EventType.AuthFailure : EventType.AuthSuccess, failed ? Severity.Warning : Severity.Info, LogSource.Auth, "su")
            .User(target).With("tty", terminal);
        e.Actor = LogText.ToText(who, 255);
        e.AuthMethod = "password";
        emit.Emit(e);
        return LineVerdict.Event;
    }
}
