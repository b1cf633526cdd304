using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// Virtual machines of systemd-machined (<c>New machine qemu-1-web.</c>), of libvirt's daemon, and of libvirt's file per
/// machine (<c>/var/log/libvirt/qemu/web.log</c>), whose name is the machine's.
/// </summary>
internal sealed class MachineParser(string origin) : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (cursor.Take("New machine "u8))
        {
            return Tell(EventType.VmStarted, Name(cursor.Rest.TrimEnd((byte)'.')), "", in line, emit);
        }

        if (cursor.Take("Machine "u8) && cursor.TakeUntil(" terminated"u8, out var name))
        {
            return Tell(EventType.VmStopped, Name(name), "terminated", in line, emit);
        }

        if (cursor.Take("starting up libvirt version"u8))
        {
            return Tell(EventType.VmStarted, Path.GetFileNameWithoutExtension(origin), "", in line, emit);
        }

        if (cursor.Take("shutting down, reason="u8))
        {
            var reason = LogText.ToText(LogText.LeadingToken(cursor.Rest), 32);
            return Tell(reason is "crashed" or "failed" ? EventType.VmError : EventType.VmStopped, Path.GetFileNameWithoutExtension(origin), reason, in line, emit);
        }

        if (line.Message.StartsWith("shutting down"u8))
        {
            return Tell(EventType.VmStopped, Path.GetFileNameWithoutExtension(origin), "", in line, emit);
        }

        if (line.Message.IndexOf("internal error: process exited while connecting to monitor"u8) >= 0 || line.Message.IndexOf("Failed to start domain"u8) >= 0)
        {
            return Tell(EventType.VmError, line.Program.IsEmpty ? Path.GetFileNameWithoutExtension(origin) : "", "failed_to_start", in line, emit);
        }

        return line.Program.IsEmpty ? LineVerdict.NotMine : LineVerdict.NoEvent;
    }

    // "qemu-1-web", and "qemu\x2d1\x2dweb" as unit names have it: the machine's own name is behind the number.
    private static string Name(ReadOnlySpan<byte> machine)
    {
        var name = LogText.ToText(machine, 128).Replace("\\x2d", "-", StringComparison.Ordinal);
        if (!name.StartsWith("qemu-", StringComparison.Ordinal))
        {
            return name;
        }

        var dash = name.IndexOf('-', 5);
        return dash > 0 && name.AsSpan(5, dash - 5).IndexOfAnyExceptInRange('0', '9') < 0 ? name[(dash + 1)..] : name;
    }

    private static LineVerdict Tell(EventType type, string vm, string reason, in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, type, type == EventType.VmError ? Severity.Critical : Severity.Info, LogSource.Vm, "libvirt").Because(reason);
        e.VmId = vm;
        emit.Emit(e);
        return LineVerdict.Event;
    }
}
