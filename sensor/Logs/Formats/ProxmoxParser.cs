using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>Proxmox VE, Backup Server and Mail Gateway: logins to their interface, and the life of virtual machines and containers.</summary>
internal sealed class ProxmoxParser : ILogParser
{
    private const string Service = "proxmox";

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        // "authentication failure; rhost=::ffff:192.0.2.1 user=root@pam msg=Authentication failure"
        var cursor = new LineCursor(line.Message);
        if (cursor.Take("authentication failure; rhost="u8))
        {
            var host = cursor.Word();
            cursor.Take("user="u8);
            if (!cursor.TakeUntilLast(" msg="u8, out var user))
            {
                user = cursor.Rest;
            }

            var e = emit.New(in line, EventType.AuthFailure, Severity.Warning, LogSource.Auth, Service).User(user).With("detail", cursor.Rest);
            e.AuthMethod = "password";
            emit.Emit(LogText.TryEndpoint(host, out var address, out var port) ? e.From(address, port) : e.FromHost(host));
            return LineVerdict.Event;
        }

        // "<root@pam> successful auth for user 'root@pam'", "<root@pam> end task UPID:node:...:qmstart:100:root@pam: OK"
        if (!cursor.Take("<"u8) || !cursor.TakeUntil("> "u8, out var who))
        {
            return LineVerdict.NoEvent;
        }

        if (cursor.Take("successful auth for user '"u8))
        {
            emit.Emit(emit.New(in line, EventType.AuthSuccess, Severity.Info, LogSource.Auth, Service).User(cursor.Rest.TrimEnd((byte)'\'')));
            return LineVerdict.Event;
        }

        return cursor.Take("end task UPID:"u8) ? Task(ref cursor, who, in line, emit) : LineVerdict.NoEvent;
    }

    // "node:pid:start:time:TYPE:ID:user: STATUS"
    private static LineVerdict Task(ref LineCursor cursor, ReadOnlySpan<byte> who, in LogLine line, LogEmitter emit)
    {
        for (var i = 0; i < 4; i++)
        {
            cursor.TakeUntil(":"u8, out _);
        }

        if (!cursor.TakeUntil(":"u8, out var task) || !cursor.TakeUntil(":"u8, out var id) || !cursor.TakeUntil(": "u8, out _) || task.Length < 3)
        {
            return LineVerdict.NoEvent;
        }

        // qm: virtual machines, vz: containers.
        var act = task.StartsWith("qm"u8) || task.StartsWith("vz"u8) ? task[2..] : default;
        var type = act.SequenceEqual("start"u8) || act.SequenceEqual("resume"u8) ? EventType.VmStarted
            : act.SequenceEqual("stop"u8) || act.SequenceEqual("shutdown"u8) || act.SequenceEqual("suspend"u8) ? EventType.VmStopped
            : act.SequenceEqual("create"u8) || act.SequenceEqual("restore"u8) || act.SequenceEqual("clone"u8) ? EventType.VmCreated
            : act.SequenceEqual("destroy"u8) ? EventType.VmDestroyed
            : EventType.Unspecified;
        if (type == EventType.Unspecified)
        {
            return LineVerdict.NoEvent;
        }

        var good = cursor.Rest.StartsWith("OK"u8) || cursor.Rest.StartsWith("WARNINGS"u8);
        var e = emit.New(in line, good ? type : EventType.VmError, good ? Severity.Info : Severity.Critical, LogSource.Vm, Service)
            .Because(LogText.ToText(act, 32)).With("detail", cursor.Rest);
        e.VmId = LogText.ToText(id, 128);
        e.Actor = LogText.ToText(who, 255);
        emit.Emit(e);
        return LineVerdict.Event;
    }
}
