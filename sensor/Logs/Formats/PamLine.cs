using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// <c>pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root</c>,
/// <c>pam_unix(sudo:session): session opened for user root(uid=0) by alice(uid=1000)</c> and their kin; of old versions of PAM
/// too, which put the module's name into the program's (<c>sshd(pam_unix)[12]: ...</c>) or in front (<c>(pam_unix) ...</c>).
/// </summary>
internal ref struct PamLine
{
    /// <summary>The PAM service; the program's name where the line does not say.</summary>
    public ReadOnlySpan<byte> Service;
    public ReadOnlySpan<byte> Module;
    public ReadOnlySpan<byte> User;
    public ReadOnlySpan<byte> By;
    public ReadOnlySpan<byte> LogName;
    public ReadOnlySpan<byte> RemoteUser;
    public ReadOnlySpan<byte> RemoteHost;
    public ReadOnlySpan<byte> Terminal;
    public PamKind Kind;

    /// <summary>Two readings of the line are equally possible, which name different hosts.</summary>
    public bool Ambiguous;

    /// <summary>Whether a line is of a PAM module, whatever its program.</summary>
    public static bool Looks(in LogLine line) => !line.PamModule.IsEmpty || line.Message.StartsWith("pam_"u8) || line.Message.StartsWith("(pam_"u8);

    public static bool TryRead(in LogLine line, out PamLine pam)
    {
        pam = default;
        if (!TryModule(in line, out pam.Module, out pam.Service, out var text))
        {
            return false;
        }

        if (pam.Service.IsEmpty || pam.Service.SequenceEqual("auth"u8) || pam.Service.SequenceEqual("session"u8) || pam.Service.SequenceEqual("account"u8))
        {
            pam.Service = line.Program;
        }

        pam.ReadText(LogText.Trim(text));
        return true;
    }

    /// <summary>Gives an event the host that the line names, if it names one.</summary>
    public readonly void SetSource(Event e, uint port = 0)
    {
        if (Ambiguous)
        {
            e.Partial = true;
            e.PartialReason = "ambiguous_source";
        }
        else if (!RemoteHost.IsEmpty)
        {
            e.FromHost(RemoteHost, port);
        }
    }

    private static bool TryModule(in LogLine line, out ReadOnlySpan<byte> module, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> rest)
    {
        service = default;
        rest = line.Message;
        module = line.PamModule;
        if (!module.IsEmpty)
        {
            return true;
        }

        var cursor = new LineCursor(line.Message);
        if (cursor.Take("("u8))
        {
            var found = cursor.TakeUntil(") "u8, out module);
            rest = cursor.Rest;
            return found && module.StartsWith("pam_"u8) && !module.Contains((byte)' ');
        }

        if (!line.Message.StartsWith("pam_"u8) || line.Message.IndexOfAny((byte)'(', (byte)':') is not (> 0 and < 48 and var end))
        {
            return false;
        }

        module = line.Message[..end];
        rest = line.Message[(end + 1)..];
        if (line.Message[end] == '(')
        {
            var behind = new LineCursor(line.Message[(end + 1)..]);
            if (!behind.TakeUntil("):"u8, out var inner))
            {
                return false;
            }

            var colon = inner.IndexOf((byte)':');
            service = colon < 0 ? inner : inner[..colon];
            rest = behind.Rest;
        }

        return !module.Contains((byte)' ');
    }

    private void ReadText(ReadOnlySpan<byte> text)
    {
        var cursor = new LineCursor(text);
        if (cursor.Take("authentication failure;"u8))
        {
            Kind = PamKind.AuthenticationFailure;
            ReadFields(cursor.Rest);
        }
        else if (cursor.Take("session opened for user "u8))
        {
            Kind = PamKind.SessionOpened;
            if (cursor.TakeUntilLast(" by "u8, out var user))
            {
                By = Name(cursor.Rest);
            }
            else
            {
                user = cursor.Rest;
            }

            User = Name(user);
        }
        else if (cursor.Take("session closed for user "u8))
        {
            Kind = PamKind.SessionClosed;
            User = Name(cursor.Rest);
        }
        else if (cursor.Take("check pass; user unknown"u8))
        {
            Kind = PamKind.UserUnknown;
        }
        else if (cursor.Take("password changed for "u8))
        {
            Kind = PamKind.PasswordChanged;
            User = cursor.Rest;
        }
        else if (cursor.Take("user "u8) && cursor.Rest.IndexOf(" tally "u8) >= 0)
        {
            // pam_tally2: "user NAME (UID) tally 6, deny 5"
            Kind = PamKind.Tally;
            User = cursor.Word();
        }
        else if (cursor.Take("Consecutive login failures for user "u8) && cursor.TakeUntilLast(" account temporarily locked"u8, out User))
        {
            Kind = PamKind.Locked;
        }
        else if (cursor.Take("access denied for user `"u8) && cursor.TakeUntilLast("' from `"u8, out User))
        {
            // pam_access: the origin is a host's name or address, or a terminal.
            Kind = PamKind.AccessDenied;
            RemoteHost = cursor.Rest.TrimEnd((byte)'\'');
        }
        else if (cursor.Take("Refused user "u8) && cursor.TakeUntilLast(" for service "u8, out User))
        {
            Kind = PamKind.AccessDenied;
        }
    }

    // The fields come in this order. ruser is the stranger's own word in some services (FTP), user only of accounts that
    // exist in most; both may hold the text of the others.
    private void ReadFields(ReadOnlySpan<byte> text)
    {
        var cursor = new LineCursor(text);
        if (cursor.TakeUntil("logname="u8, out _))
        {
            LogName = cursor.Value();
        }

        if (cursor.TakeUntil("tty="u8, out _))
        {
            Terminal = cursor.Value();
        }

        if (!cursor.TakeUntil("ruser="u8, out _))
        {
            return;
        }

        var rest = cursor.Rest;
        var first = rest.StartsWith("rhost="u8) ? 0 : rest.IndexOf(" rhost="u8);
        if (first < 0)
        {
            return;
        }

        var last = rest.LastIndexOf(" rhost="u8);
        var user = rest[(first + 1)..].IndexOf(" user="u8);
        if (first > 0 && last > first)
        {
            Ambiguous = user >= 0;
            first = user >= 0 ? first : last;
        }

        RemoteUser = LogText.Trim(rest[..first]);
        cursor = new LineCursor(rest[first..].TrimStart((byte)' '));
        cursor.Take("rhost="u8);
        RemoteHost = cursor.Value();
        cursor.Spaces();
        if (cursor.Take("user="u8))
        {
            User = LogText.Trim(cursor.Rest);
        }
    }

    // "root(uid=0)", "alice(uid=1000)", "(uid=0)", "root by (uid=0)"
    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> text)
    {
        var open = text.LastIndexOf("(uid="u8);
        return LogText.Trim(open < 0 ? text : text[..open]);
    }
}
