using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// su, of shadow and of util-linux. <c>user</c> is whom one became or tried to become, <c>actor</c> who did. The line of PAM
/// that comes before a failure tells of it; su's own repeats it.
/// </summary>
internal sealed class SuParser : ILogParser
{
    private readonly ToldPids _told = new();

    // util-linux opens its log with a pid only after PAM has written without one: such an attempt is known by its names.
    private string _toldNames = "";
    private long _toldAt;

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
            var by = pam.RemoteUser.IsEmpty ? pam.LogName : pam.RemoteUser;
            Remember(line.Pid, pam.User, by, line.Time);
            return Tell(true, pam.User, by, pam.Terminal, in line, emit);
        }

        // "FAILED SU (to root) alice on pts/0", "(to root) alice on pts/0"
        var failed = cursor.Take("FAILED SU "u8) || cursor.Take("FAILED su "u8);
        if (cursor.Take("(to "u8) && cursor.TakeUntil(") "u8, out var target) && cursor.TakeUntilLast(" on "u8, out var who))
        {
            return failed && WasTold(target, who, in line) ? LineVerdict.Repeats : Tell(failed, target, who, cursor.Rest, in line, emit);
        }

        // "FAILED su for root by alice", "Successful su for root by alice"
        if ((failed || cursor.Take("Successful su "u8)) && cursor.Take("for "u8) && cursor.TakeUntil(" by "u8, out target))
        {
            return failed && WasTold(target, cursor.Rest, in line) ? LineVerdict.Repeats : Tell(failed, target, cursor.Rest, default, in line, emit);
        }

        // "+ /dev/pts/0 alice:root", "- pts/0 alice:root"; "Successful su" says the same again.
        if (cursor.Take("- "u8))
        {
            var terminal = cursor.Word();
            return cursor.TakeUntil(":"u8, out who) && !WasTold(cursor.Rest, who, in line) ? Tell(true, cursor.Rest, who, terminal, in line, emit) : LineVerdict.Repeats;
        }

        return LineVerdict.NoEvent;
    }

    private void Remember(uint pid, ReadOnlySpan<byte> target, ReadOnlySpan<byte> who, long time)
    {
        if (pid == 0)
        {
            _toldNames = Names(target, who);
            _toldAt = time;
        }
    }

    private bool WasTold(ReadOnlySpan<byte> target, ReadOnlySpan<byte> who, in LogLine line)
    {
        if (_told.Take(line.Pid))
        {
            return true;
        }

        if (_toldNames.Length == 0 || Math.Abs(line.Time - _toldAt) > 10_000_000_000 || Names(target, who) != _toldNames)
        {
            return false;
        }

        _toldNames = "";
        return true;
    }

    private static string Names(ReadOnlySpan<byte> target, ReadOnlySpan<byte> who) => $"{LogText.ToText(target, 255)}\n{LogText.ToText(who, 255)}";

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
