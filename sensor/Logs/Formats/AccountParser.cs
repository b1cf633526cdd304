using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// The shadow tools (useradd, usermod, groupadd, passwd, gpasswd ...). An account with UID 0, or one put into a group that
/// may become root, is critical.
/// </summary>
internal sealed class AccountParser : ILogParser
{
    private static readonly byte[][] Powerful = [.. new[] { "sudo", "wheel", "root", "admin", "docker", "lxd", "shadow", "disk" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (cursor.Take("pam_"u8))
        {
            // "pam_unix(passwd:chauthtok): password changed for bob"
            return cursor.TakeUntil("password changed for "u8, out _) ? Tell(EventType.AccountChanged, cursor.Rest, "password", false, in line, emit) : LineVerdict.NotMine;
        }

        if (cursor.Take("new user: name="u8) && cursor.TakeUntil(", UID="u8, out var name))
        {
            return Tell(EventType.AccountCreated, name, "user", cursor.Rest.StartsWith("0,"u8), in line, emit);
        }

        if (cursor.Take("new group: name="u8) || cursor.Take("group added to /etc/group: name="u8))
        {
            // useradd tells of the user's own group after the user.
            return Tell(EventType.AccountChanged, LogText.LeadingToken(cursor.Rest), "group_created", false, in line, emit);
        }

        if (cursor.Take("add '"u8) && cursor.TakeUntil("' to group '"u8, out name))
        {
            return Membership(name, cursor.Rest.TrimEnd((byte)'\''), in line, emit);
        }

        if (cursor.Take("add '"u8) && cursor.TakeUntil("' to shadow group '"u8, out _))
        {
            return LineVerdict.Repeats;
        }

        // gpasswd: "user bob added by root to group sudo"
        if (cursor.Take("user "u8) && cursor.TakeUntil(" added by "u8, out name) && cursor.TakeUntil(" to group "u8, out _))
        {
            return Membership(name, cursor.Rest, in line, emit);
        }

        if (cursor.Take("delete user '"u8))
        {
            return Tell(EventType.AccountRemoved, cursor.Rest.TrimEnd((byte)'\''), "user", false, in line, emit);
        }

        if (cursor.Take("change user '"u8) && cursor.TakeUntil("' "u8, out name))
        {
            return Tell(EventType.AccountChanged, name, LogText.ToText(LogText.LeadingToken(cursor.Rest), 32), cursor.Rest.EndsWith(" to '0'"u8), in line, emit);
        }

        if (cursor.Take("lock user '"u8) || cursor.Take("unlock user '"u8))
        {
            return Tell(EventType.AccountChanged, LogText.LeadingToken(cursor.Rest), line.Message[0] == 'l' ? "locked" : "unlocked", false, in line, emit);
        }

        if (cursor.Take("password for '"u8) && cursor.TakeUntil("' changed"u8, out name))
        {
            return Tell(EventType.AccountChanged, name, "password", false, in line, emit);
        }

        return LineVerdict.NoEvent;
    }

    private static LineVerdict Membership(ReadOnlySpan<byte> user, ReadOnlySpan<byte> group, in LogLine line, LogEmitter emit)
    {
        var powerful = false;
        foreach (var name in Powerful)
        {
            powerful |= group.SequenceEqual(name);
        }

        var e = New(EventType.AccountChanged, user, "group_added", powerful, in line, emit);
        emit.Emit(e.With("group", group));
        return LineVerdict.Event;
    }

    private static LineVerdict Tell(EventType type, ReadOnlySpan<byte> user, string reason, bool powerful, in LogLine line, LogEmitter emit)
    {
        emit.Emit(New(type, user, reason, powerful, in line, emit));
        return LineVerdict.Event;
    }

    private static Event New(EventType type, ReadOnlySpan<byte> user, string reason, bool powerful, in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, type, powerful ? Severity.Critical : Severity.Warning, LogSource.Auth, "accounts").User(user).Because(reason);
        return powerful ? e.With("privileged", "true") : e;
    }
}
