using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// Lines of PAM modules in any program's log. Failures of services that tell of them themselves (sshd, sudo, su) are read by
/// those services' parsers. Sessions of cron are jobs, not logins.
/// </summary>
internal sealed class PamParser : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        if (!PamLine.TryRead(in line, out var pam))
        {
            return LineVerdict.NotMine;
        }

        switch (pam.Kind)
        {
            case PamKind.AuthenticationFailure or PamKind.AccessDenied:
                emit.Emit(Failure(in pam, in line, emit));
                return LineVerdict.Event;
            case PamKind.Tally:
                var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, LogText.ToText(pam.Service, 64))
                    .User(pam.User).Because("tally");
                e.UserKnown = true;
                emit.Emit(e);
                return LineVerdict.Event;
            default:
                return Plain(in pam, in line, emit);
        }
    }

    /// <summary>Sessions, locked accounts and changed passwords: what any service's parser may leave to this one.</summary>
    public static LineVerdict Plain(in PamLine pam, in LogLine line, LogEmitter emit)
    {
        if (pam.Kind is PamKind.Locked or PamKind.PasswordChanged)
        {
            var locked = pam.Kind == PamKind.Locked;
            emit.Emit(emit.New(in line, EventType.AccountChanged, Severity.Warning, LogSource.Auth, "accounts").User(pam.User).Because(locked ? "locked" : "password"));
            return LineVerdict.Event;
        }

        return pam.Kind is PamKind.SessionOpened or PamKind.SessionClosed ? Session(in pam, in line, emit) : LineVerdict.NoEvent;
    }

    private static LineVerdict Session(in PamLine pam, in LogLine line, LogEmitter emit)
    {
        if (pam.Service.StartsWith("cron"u8) || pam.Service.SequenceEqual("systemd-user"u8) || pam.Service.SequenceEqual("sudo"u8))
        {
            return LineVerdict.NoEvent;
        }

        var type = pam.Kind == PamKind.SessionOpened ? EventType.SessionStart : EventType.SessionEnd;
        var e = emit.New(in line, type, Severity.Info, LogSource.Auth, LogText.ToText(pam.Service, 64)).User(pam.User);
        if (!pam.By.IsEmpty)
        {
            e.Actor = LogText.ToText(pam.By, 255);
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    private static Event Failure(in PamLine pam, in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, LogText.ToText(pam.Service, 64));
        pam.SetSource(e);
        if (pam.Kind == PamKind.AccessDenied)
        {
            e.Reason = "access_denied";
        }

        if (!pam.User.IsEmpty)
        {
            e.User(pam.User);
            e.UserKnown = true;
        }
        else if (!pam.RemoteUser.IsEmpty && !pam.RemoteHost.IsEmpty)
        {
            // FTP and mail servers: the name that was tried.
            e.User(pam.RemoteUser);
        }

        if (!pam.User.IsEmpty && (!pam.RemoteUser.IsEmpty || !pam.LogName.IsEmpty))
        {
            e.Actor = LogText.ToText(pam.RemoteUser.IsEmpty ? pam.LogName : pam.RemoteUser, 255);
        }

        e.AuthMethod = pam.Kind == PamKind.AccessDenied ? "" : "password";
        return e.With("tty", pam.Terminal);
    }
}
