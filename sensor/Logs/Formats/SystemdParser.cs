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

        // systemd before 231: "Unit kamailio.service entered failed state."
        if (cursor.Take("Unit "u8) && cursor.TakeUntil(" entered failed state"u8, out var old))
        {
            _failedAt = line.Time;
            return Tell(EventType.ServiceFailure, Severity.Error, old, "failed", in line, emit);
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
        // Timers, sockets, mounts, slices and their kin begin and end all day; only their failures matter.
        if (type != EventType.ServiceFailure && IsNoService(unit))
        {
            return LineVerdict.NoEvent;
        }

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

    private static bool IsNoService(ReadOnlySpan<byte> unit) =>
        unit.EndsWith(".timer"u8) || unit.EndsWith(".socket"u8) || unit.EndsWith(".mount"u8) || unit.EndsWith(".slice"u8) || unit.EndsWith(".scope"u8)
        || unit.EndsWith(".path"u8) || unit.EndsWith(".target"u8) || unit.EndsWith(".device"u8) || unit.EndsWith(".swap"u8) || unit.EndsWith(".automount"u8);

    // "kamailio.service - Kamailio SIP server." or "Kamailio SIP server."
    private static ReadOnlySpan<byte> Unit(ReadOnlySpan<byte> text)
    {
        var dash = text.IndexOf(" - "u8);
        var name = dash > 0 && !text[..dash].Contains((byte)' ') ? text[..dash] : text;
        return name.TrimEnd((byte)'.');
    }
}
