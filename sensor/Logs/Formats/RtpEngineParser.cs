using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>rtpengine: what it writes at error level and above.</summary>
internal sealed class RtpEngineParser : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        var severe = cursor.Take("CRIT: "u8) || cursor.Take("ALERT: "u8) || cursor.Take("EMERG: "u8) || cursor.Take("CRITICAL: "u8);
        if (!severe && !cursor.Take("ERR: "u8) && !cursor.Take("ERROR: "u8) && !(line.Level <= 3 && !line.Message.StartsWith("INFO"u8)))
        {
            return LineVerdict.NoEvent;
        }

        var e = emit.New(in line, EventType.MediaError, severe ? Severity.Critical : Severity.Error, LogSource.Rtpengine, "rtpengine");
        if (cursor.Take("["u8) && cursor.TakeUntil("]"u8, out var call))
        {
            e.Sip = new V1.Sip { CallId = LogText.ToText(call, 255) };
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }
}
