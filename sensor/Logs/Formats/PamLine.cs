namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// <c>pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root</c>,
/// <c>pam_unix(sudo:session): session opened for user root(uid=0) by alice(uid=1000)</c> and their kin.
/// </summary>
internal ref struct PamLine
{
    public ReadOnlySpan<byte> Service;
    public ReadOnlySpan<byte> Module;
    public ReadOnlySpan<byte> User;
    public ReadOnlySpan<byte> By;
    public ReadOnlySpan<byte> LogName;
    public ReadOnlySpan<byte> RemoteUser;
    public ReadOnlySpan<byte> RemoteHost;
    public ReadOnlySpan<byte> Terminal;
    public PamKind Kind;

    public static bool TryRead(ReadOnlySpan<byte> text, out PamLine pam)
    {
        pam = default;
        var cursor = new LineCursor(text);
        if (!text.StartsWith("pam_"u8) || !cursor.TakeUntil("("u8, out pam.Module) || pam.Module.Contains((byte)' ')
            || !cursor.TakeUntil(")"u8, out var inner) || !cursor.Take(":"u8))
        {
            return false;
        }

        cursor.Spaces();
        var colon = inner.IndexOf((byte)':');
        pam.Service = colon < 0 ? inner : inner[..colon];
        if (cursor.Take("authentication failure;"u8))
        {
            pam.Kind = PamKind.AuthenticationFailure;
            pam.ReadFields(cursor.Rest);
        }
        else if (cursor.Take("session opened for user "u8))
        {
            pam.Kind = PamKind.SessionOpened;
            if (cursor.TakeUntilLast(" by "u8, out var user))
            {
                pam.By = Name(cursor.Rest);
            }
            else
            {
                user = cursor.Rest;
            }

            pam.User = Name(user);
        }
        else if (cursor.Take("session closed for user "u8))
        {
            pam.Kind = PamKind.SessionClosed;
            pam.User = Name(cursor.Rest);
        }
        else if (cursor.Take("check pass; user unknown"u8))
        {
            pam.Kind = PamKind.UserUnknown;
        }
        else if (cursor.Take("user "u8) && cursor.Rest.IndexOf(" tally "u8) >= 0)
        {
            // pam_tally2: "user NAME (UID) tally 6, deny 5"
            pam.Kind = PamKind.Tally;
            pam.User = cursor.Word();
        }

        return true;
    }

    // The fields come in this order; all but the last are written by programs or hold no spaces.
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

        if (cursor.TakeUntil("ruser="u8, out _))
        {
            RemoteUser = cursor.Value();
        }

        if (cursor.TakeUntil("rhost="u8, out _))
        {
            RemoteHost = cursor.Value();
        }

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
