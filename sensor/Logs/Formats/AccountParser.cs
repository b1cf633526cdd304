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
        if (PamLine.Looks(in line))
        {
            return LineVerdict.NotMine;
        }

        if (cursor.Take("new user: name="u8) && cursor.TakeUntil(", UID="u8, out var name))
        {
            return Tell(EventType.AccountCreated, name, "user", cursor.Rest.StartsWith("0,"u8), in line, emit);
        }

        if (cursor.Rest.StartsWith("group added to "u8))
        {
            // One line per file; "new group:" follows.
            return LineVerdict.Repeats;
        }

        if (cursor.Take("new group: name="u8))
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

        return Taken(ref cursor, in line, emit) is not LineVerdict.NotMine and var taken ? taken : Changed(ref cursor, in line, emit);
    }

    // Groups and members that go.
    private static LineVerdict Taken(ref LineCursor cursor, in LogLine line, LogEmitter emit)
    {
        if (cursor.Take("delete '"u8) && cursor.TakeUntil("' from group '"u8, out var name))
        {
            return Group(name, cursor.Rest.TrimEnd((byte)'\''), "group_removed", in line, emit);
        }

        if (line.Message.StartsWith("delete '"u8) || line.Message.StartsWith("removed shadow group '"u8))
        {
            return LineVerdict.Repeats;
        }

        // gpasswd: "user bob removed by root from group sudo"
        if (cursor.Rest.StartsWith("user "u8) && cursor.Rest.IndexOf(" removed by "u8) > 0)
        {
            cursor.Take("user "u8);
            cursor.TakeUntil(" removed by "u8, out name);
            return cursor.TakeUntil(" from group "u8, out _) ? Group(name, cursor.Rest, "group_removed", in line, emit) : LineVerdict.NoEvent;
        }

        // userdel: "removed group 'bob' owned by 'bob'"; groupdel: "group 'bob' removed"
        if (cursor.Take("removed group '"u8) || cursor.Take("group '"u8))
        {
            return cursor.TakeUntil("'"u8, out name) && (line.Message[0] == 'r' || cursor.Rest.SequenceEqual(" removed"u8))
                ? Tell(EventType.AccountRemoved, name, "group", false, in line, emit)
                : LineVerdict.Repeats;
        }

        return LineVerdict.NotMine;
    }

    private static LineVerdict Changed(ref LineCursor cursor, in LogLine line, LogEmitter emit)
    {
        // gpasswd: "user bob added by root to group sudo"
        if (cursor.Take("user "u8) && cursor.TakeUntil(" added by "u8, out var name) && cursor.TakeUntil(" to group "u8, out _))
        {
            return Membership(name, cursor.Rest, in line, emit);
        }

        if (cursor.Take("delete user '"u8))
        {
            return Tell(EventType.AccountRemoved, cursor.Rest.TrimEnd((byte)'\''), "user", false, in line, emit);
        }

        // usermod "change user 'bob' shell from ...", chsh "changed user 'bob' shell to ...", chage "changed password expiry for bob"
        if (cursor.Take("changed password expiry for "u8))
        {
            return Tell(EventType.AccountChanged, cursor.Rest, "password_expiry", false, in line, emit);
        }

        if ((cursor.Take("change user '"u8) || cursor.Take("changed user '"u8)) && cursor.TakeUntil("' "u8, out name))
        {
            return Tell(EventType.AccountChanged, name, LogText.ToText(LogText.LeadingToken(cursor.Rest), 32), cursor.Rest.EndsWith(" to '0'"u8), in line, emit);
        }

        if (cursor.Take("change user name '"u8) && cursor.TakeUntil("' to '"u8, out name))
        {
            emit.Emit(New(EventType.AccountChanged, name, "renamed", false, in line, emit).With("user.new_name", cursor.Rest.TrimEnd((byte)'\'')));
            return LineVerdict.Event;
        }

        // groupmod: "group changed in /etc/group (group ops/1007, new name: sudo)"
        if (cursor.Take("group changed in /etc/group (group "u8) && cursor.TakeUntil("/"u8, out name))
        {
            return Tell(EventType.AccountChanged, name, "group_changed", false, in line, emit);
        }

        // gpasswd -M: "members of group sudo set by root to alice,bob"
        if (cursor.Take("members of group "u8) && cursor.TakeUntil(" set by "u8, out var group) && cursor.TakeUntil(" to "u8, out _))
        {
            return Membership(cursor.Rest, group, in line, emit);
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

        emit.Emit(New(EventType.AccountChanged, user, "group_added", powerful, in line, emit).With("group", group));
        return LineVerdict.Event;
    }

    private static LineVerdict Group(ReadOnlySpan<byte> user, ReadOnlySpan<byte> group, string reason, in LogLine line, LogEmitter emit)
    {
        emit.Emit(New(EventType.AccountChanged, user, reason, false, in line, emit).With("group", group));
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
