using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>logrotate: what it rotated, and where it failed.</summary>
internal sealed class LogrotateParser : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (cursor.Take("error: "u8) || cursor.Take("ALERT exited abnormally"u8))
        {
            emit.Emit(emit.New(in line, EventType.Logrotate, Severity.Warning, LogSource.Syslog, "logrotate").Because("failed"));
            return LineVerdict.Event;
        }

        if (cursor.Take("rotating log "u8) || cursor.Take("rotating pattern: "u8))
        {
            emit.Emit(emit.New(in line, EventType.Logrotate, Severity.Info, LogSource.Syslog, "logrotate").With("file.path", LogText.LeadingToken(cursor.Rest)));
            return LineVerdict.Event;
        }

        return LineVerdict.NoEvent;
    }
}
