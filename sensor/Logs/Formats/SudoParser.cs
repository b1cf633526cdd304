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
        if (!cursor.TakeUntil(" : "u8, out var who) || who.Contains((byte)' '))
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

        if (reason.IsEmpty && command.IsEmpty)
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

        emit.Emit(e);
        if (!failed && AdminBlock.TryRead(command, out var block))
        {
            Blocked(in block, who, in line, emit);
        }

        return LineVerdict.Event;
    }

    /// <summary>The event of an address that an administrator blocked or freed.</summary>
    public static void Blocked(in AdminBlock block, ReadOnlySpan<byte> actor, in LogLine line, LogEmitter emit)
    {
        var slash = block.Target.IndexOf((byte)'/');
        var e = emit.New(in line, block.Blocks ? EventType.IpBlocked : EventType.IpUnblocked, block.Blocks ? Severity.Warning : Severity.Info, LogSource.Auth, Service)
            .FromHost(slash < 0 ? block.Target : block.Target[..slash]).Because("admin").With("block.tool", block.Tool);
        if (slash >= 0)
        {
            e.With("block.network", block.Target);
        }

        e.Actor = LogText.ToText(actor, 255);
        e.Block = new Block { By = "admin", Jail = LogText.ToText(block.Set, 64) };
        emit.Emit(e);
    }

    private static string Reason(ReadOnlySpan<byte> text) =>
        text.IndexOf("NOT in sudoers"u8) >= 0 ? "not_in_sudoers"
        : text.IndexOf("incorrect password"u8) >= 0 ? "incorrect_password"
        : text.IndexOf("command not allowed"u8) >= 0 ? "command_not_allowed"
        : text.IndexOf("password is required"u8) >= 0 ? "password_required"
        : text.IndexOf("NOT authorized"u8) >= 0 ? "not_authorized"
        : "refused";
}
