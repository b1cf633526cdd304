using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// Vagrant: <c>--machine-readable</c> (<c>target,type,data...</c>), where actions tell of the life of a machine, and the text
/// for people (<c>==> web: Machine booted and ready!</c>).
/// </summary>
internal sealed class VagrantParser : ILogParser
{
    /// <summary>Whether a line without a program's name is Vagrant's text.</summary>
    public static bool Looks(ReadOnlySpan<byte> message) => message.StartsWith("==> "u8) || message.StartsWith("Bringing machine '"u8);

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (line.Kind == EnvelopeKind.Machine)
        {
            return cursor.TakeUntil(","u8, out var target) && cursor.TakeUntil(","u8, out var type) ? Machine(target, type, cursor.Rest, in line, emit) : LineVerdict.NoEvent;
        }

        return cursor.Take("==> "u8) && cursor.TakeUntil(": "u8, out var name) ? Text(name, cursor.Rest, in line, emit, lifeCycle: true) : LineVerdict.NoEvent;
    }

    private static LineVerdict Machine(ReadOnlySpan<byte> target, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, in LogLine line, LogEmitter emit)
    {
        if (type.SequenceEqual("error-exit"u8))
        {
            return Tell(EventType.VmError, target, LogText.ToText(data.IndexOf((byte)',') is > 0 and var end ? data[..end] : data, 128), in line, emit);
        }

        if (type.SequenceEqual("action"u8))
        {
            return data.SequenceEqual("up,end"u8) || data.SequenceEqual("resume,end"u8) ? Tell(EventType.VmStarted, target, "", in line, emit)
                : data.SequenceEqual("halt,end"u8) || data.SequenceEqual("suspend,end"u8) ? Tell(EventType.VmStopped, target, data[0] == 'h' ? "halt" : "suspend", in line, emit)
                : data.SequenceEqual("destroy,end"u8) ? Tell(EventType.VmDestroyed, target, "", in line, emit)
                : LineVerdict.NoEvent;
        }

        // "ui,info,==> default: Importing base box ...": actions tell the rest.
        if (type.SequenceEqual("ui"u8))
        {
            var cursor = new LineCursor(data);
            if (cursor.TakeUntil("==> "u8, out _) && cursor.TakeUntil(": "u8, out var name))
            {
                return Text(name, cursor.Rest, in line, emit, lifeCycle: false);
            }
        }

        return LineVerdict.NoEvent;
    }

    private static LineVerdict Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit, bool lifeCycle)
    {
        if (text.StartsWith("Importing base box"u8) || text.StartsWith("Cloning VM"u8) || text.StartsWith("Creating image"u8) || text.StartsWith("Creating domain"u8) || text.StartsWith("Creating the container"u8))
        {
            return Tell(EventType.VmCreated, name, "", in line, emit);
        }

        if (text.IndexOf("error"u8) >= 0 || text.StartsWith("Timed out"u8) || text.StartsWith("An error occurred"u8))
        {
            return Tell(EventType.VmError, name, "", in line, emit);
        }

        if (!lifeCycle)
        {
            return LineVerdict.NoEvent;
        }

        return text.StartsWith("Machine booted and ready"u8) ? Tell(EventType.VmStarted, name, "", in line, emit)
            : text.StartsWith("Attempting graceful shutdown"u8) || text.StartsWith("Forcing shutdown"u8) || text.StartsWith("Halting domain"u8) ? Tell(EventType.VmStopped, name, "halt", in line, emit)
            : text.StartsWith("Saving VM state"u8) || text.StartsWith("Suspending domain"u8) ? Tell(EventType.VmStopped, name, "suspend", in line, emit)
            : text.StartsWith("Destroying VM"u8) || text.StartsWith("Removing domain"u8) || text.StartsWith("Deleting the container"u8) ? Tell(EventType.VmDestroyed, name, "", in line, emit)
            : LineVerdict.NoEvent;
    }

    private static LineVerdict Tell(EventType type, ReadOnlySpan<byte> vm, string reason, in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, type, type == EventType.VmError ? Severity.Critical : Severity.Info, LogSource.Vm, "vagrant").Because(reason);
        e.VmId = LogText.ToText(vm, 128);
        emit.Emit(e);
        return LineVerdict.Event;
    }
}
