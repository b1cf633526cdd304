using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// sudo: <c>alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls</c>, with a reason in front of TTY when it refused. A
/// command that blocks or frees an address gives <c>ip.blocked</c> or <c>ip.unblocked</c> as well, with the actor.
/// </summary>
internal sealed class SudoParser : ILogParser
{
    private const string Service = "sudo";

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        // A name of a directory may hold spaces ("CORP\\john doe"); PAM's lines have no such colon.
        if (!cursor.TakeUntil(" : "u8, out var who) || who.Length > 128)
        {
            return LineVerdict.NotMine;
        }

        ReadOnlySpan<byte> reason = default, terminal = default, directory = default, target = default, command = default;
        while (!cursor.AtEnd)
        {
            // The command is the last field and may hold anything.
            if (cursor.Take("COMMAND="u8))
            {
                command = cursor.Rest;
                break;
            }

            if (!cursor.TakeUntil(" ; "u8, out var field))
            {
                field = cursor.Rest;
                cursor = default;
            }

            if (field.StartsWith("TTY="u8))
            {
                terminal = field[4..];
            }
            else if (field.StartsWith("PWD="u8))
            {
                directory = field[4..];
            }
            else if (field.StartsWith("USER="u8))
            {
                target = field[5..];
            }
            else if (field.IndexOf((byte)'=') < 0 && reason.IsEmpty)
            {
                reason = field;
            }
        }

        // Without a command it is no refusal but a complaint ("unable to resolve host pbx"), or the rest of a long line.
        if (command.IsEmpty || IsComplaint(reason))
        {
            return LineVerdict.NoEvent;
        }

        var failed = !reason.IsEmpty;
        var e = emit.New(in line, failed ? EventType.SudoFailure : EventType.SudoSuccess, failed ? Severity.Warning : Severity.Info, LogSource.Auth, Service)
            .User(who).Because(failed ? Reason(reason) : "")
            .With("process.command_line", command).With("sudo.target_user", target).With("tty", terminal).With("process.working_directory", directory);
        if (failed)
        {
            e.With("detail", reason);
        }

        var blocked = !failed && AdminBlock.TryRead(command, out var block) ? Blocked(in block, e.User, e) : null;
        emit.Emit(e);
        if (blocked is not null)
        {
            emit.Emit(blocked);
        }

        return LineVerdict.Event;
    }

    /// <summary>The event of an address that an administrator blocked or freed, beside that of the command which did it.</summary>
    public static Event Blocked(in AdminBlock block, string actor, Event command)
    {
        var slash = block.Target.IndexOf((byte)'/');
        var e = new Event(command)
        {
            Type = block.Blocks ? EventType.IpBlocked : EventType.IpUnblocked,
            Severity = block.Blocks ? Severity.Warning : Severity.Info,
            Actor = actor,
            User = "",
            Block = new Block { By = "admin", Jail = LogText.ToText(block.Set, 64) },
        };
        e.Attributes.Clear();
        e.FromHost(slash < 0 ? block.Target : block.Target[..slash]).Because("admin").With("block.tool", block.Tool);
        return slash < 0 ? e : e.With("block.network", block.Target);
    }

    private static bool IsComplaint(ReadOnlySpan<byte> reason) =>
        reason.StartsWith("unable to "u8) || reason.StartsWith("ignoring "u8) || reason.StartsWith("timestamp "u8)
        || reason.StartsWith("problem with defaults"u8);

    private static string Reason(ReadOnlySpan<byte> text) =>
        text.IndexOf("NOT in sudoers"u8) >= 0 ? "not_in_sudoers"
        : text.IndexOf("incorrect password"u8) >= 0 ? "incorrect_password"
        : text.IndexOf("command not allowed"u8) >= 0 ? "command_not_allowed"
        : text.IndexOf("password is required"u8) >= 0 ? "password_required"
        : text.IndexOf("NOT authorized"u8) >= 0 ? "not_authorized"
        : "refused";
}
