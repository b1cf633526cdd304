using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// polkit's pkexec: <c>alice: Executing command [USER=root] [TTY=/dev/pts/0] [CWD=/home/alice] [COMMAND=/usr/bin/id]</c>.
/// Any other message before the brackets is why it refused; those about SHELL and the environment are what exploits of
/// it leave behind.
/// </summary>
internal sealed class PkexecParser : ILogParser
{
    private const string Service = "pkexec";

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (!cursor.TakeUntil(": "u8, out var who) || who.Length > 128 || !cursor.TakeUntil(" [USER="u8, out var message) || !cursor.TakeUntil("] [TTY="u8, out var target)
            || !cursor.TakeUntil("] [CWD="u8, out var terminal) || !cursor.TakeUntil("] [COMMAND="u8, out var directory))
        {
            return LineVerdict.NotMine;
        }

        // The command is the last field and may hold anything.
        var command = cursor.Rest is [.., (byte)']'] ? cursor.Rest[..^1] : cursor.Rest;
        var failed = !message.StartsWith("Executing command"u8);
        var e = emit.New(in line, failed ? EventType.SudoFailure : EventType.SudoSuccess, failed ? Severity.Warning : Severity.Info, LogSource.Auth, Service)
            .User(who).Because(failed ? Reason(message) : "")
            .With("process.command_line", command).With("sudo.target_user", target).With("tty", terminal).With("process.working_directory", directory);
        emit.Emit(failed ? e.With("detail", message) : e);
        return LineVerdict.Event;
    }

    private static string Reason(ReadOnlySpan<byte> text) =>
        text.IndexOf("Not authorized"u8) >= 0 ? "not_authorized"
        : text.IndexOf("SHELL variable"u8) >= 0 || text.IndexOf("environment variable"u8) >= 0 ? "environment"
        : "refused";
}
