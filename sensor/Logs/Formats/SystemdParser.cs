using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// systemd's manager: units started, stopped and failed. <c>service</c> is the unit without ".service"; versions that write
/// only the description give that. A failure told twice within two seconds counts once.
/// </summary>
internal sealed class SystemdParser : ILogParser
{
    private long _failedAt;
    private string _restartUnit = "";
    private long _restarts;

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (cursor.Take("Started "u8))
        {
            return cursor.Rest.StartsWith("Session "u8) || cursor.Rest.StartsWith("session-"u8)
                ? LineVerdict.NoEvent
                : Tell(EventType.ServiceStart, Severity.Info, Unit(cursor.Rest), "", in line, emit);
        }

        if (cursor.Take("Stopped "u8))
        {
            return cursor.Rest.StartsWith("target "u8) || cursor.Rest.IndexOf(".target"u8) >= 0
                ? LineVerdict.NoEvent
                : Tell(EventType.ServiceStop, Severity.Info, Unit(cursor.Rest), "", in line, emit);
        }

        if (cursor.Take("Failed to start "u8))
        {
            if (Math.Abs(line.Time - _failedAt) < 2_000_000_000)
            {
                _failedAt = 0;
                return LineVerdict.Repeats;
            }

            return Tell(EventType.ServiceFailure, Severity.Error, Unit(cursor.Rest), "failed_to_start", in line, emit);
        }

        if (cursor.Take("Dependency failed for "u8))
        {
            return Tell(EventType.ServiceFailure, Severity.Error, Unit(cursor.Rest), "dependency", in line, emit);
        }

        // "kamailio.service: Failed with result 'exit-code'."
        if (!cursor.TakeUntil(": "u8, out var unit) || unit.Contains((byte)' '))
        {
            return LineVerdict.NoEvent;
        }

        if (cursor.Take("Failed with result '"u8) || cursor.Take("Unit entered failed state"u8))
        {
            _failedAt = line.Time;
            return Tell(EventType.ServiceFailure, Severity.Error, unit, LogText.ToText(cursor.Rest.TrimEnd("'."u8), 64), in line, emit);
        }

        if (cursor.Take("Scheduled restart job, restart counter is at "u8) && cursor.TakeNumber(out var counter))
        {
            _restartUnit = LogText.ToText(unit, 128);
            _restarts = counter;
        }

        return LineVerdict.NoEvent;
    }

    private LineVerdict Tell(EventType type, Severity severity, ReadOnlySpan<byte> unit, string reason, in LogLine line, LogEmitter emit)
    {
        var name = LogText.ToText(unit, 128);
        var service = name.EndsWith(".service", StringComparison.Ordinal) ? name[..^8] : name;
        var e = emit.New(in line, type, severity, LogSource.Syslog, service).Because(reason).With("unit", name);
        if (type == EventType.ServiceStart && _restarts > 0 && name == _restartUnit)
        {
            e.With("restart_counter", _restarts.ToString(System.Globalization.CultureInfo.InvariantCulture));
            _restarts = 0;
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    // "kamailio.service - Kamailio SIP server." or "Kamailio SIP server."
    private static ReadOnlySpan<byte> Unit(ReadOnlySpan<byte> text)
    {
        var dash = text.IndexOf(" - "u8);
        var name = dash > 0 && !text[..dash].Contains((byte)' ') ? text[..dash] : text;
        return name.TrimEnd((byte)'.');
    }
}
