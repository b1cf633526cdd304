using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>cron and crontab: jobs that ran, and tables that were changed. Sessions that PAM opens for jobs are no logins.</summary>
internal sealed class CronParser : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (!cursor.Take("("u8) || !cursor.TakeUntil(") "u8, out var user))
        {
            return PamLine.Looks(in line) ? LineVerdict.NotMine : LineVerdict.NoEvent;
        }

        var action = cursor.Word();
        var detail = cursor.Rest is [(byte)'(', .., (byte)')'] ? cursor.Rest[1..^1] : cursor.Rest;
        if (action.SequenceEqual("CMD"u8))
        {
            emit.Emit(emit.New(in line, EventType.CronJob, Severity.Info, LogSource.Syslog, "cron").User(user).With("process.command_line", detail));
            return LineVerdict.Event;
        }

        if (action.SequenceEqual("REPLACE"u8) || action.SequenceEqual("DELETE"u8))
        {
            var e = emit.New(in line, EventType.CronChanged, Severity.Warning, LogSource.Syslog, "cron").User(detail).Because(action[0] == 'R' ? "replace" : "delete");
            e.Actor = LogText.ToText(user, 255);
            emit.Emit(e);
            return LineVerdict.Event;
        }

        // A file of the system's own tables was changed; those of users "crontab" tells of.
        if (action.SequenceEqual("RELOAD"u8) && user.SequenceEqual("*system*"u8))
        {
            emit.Emit(emit.New(in line, EventType.CronChanged, Severity.Warning, LogSource.Syslog, "cron").Because("reload").With("file.path", detail));
            return LineVerdict.Event;
        }

        return LineVerdict.NoEvent;
    }
}
