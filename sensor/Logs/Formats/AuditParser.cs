using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// auditd's log. Records of one serial that belong to a system call are gathered (SYSCALL, EXECVE, CWD, PATH, PROCTITLE ...)
/// and given when the last is there, when two seconds of log time have passed, or when 128 other serials are open; every
/// other record is an event of its own. Logins that audit sees too stay <c>audit.record</c>, so that no attempt counts twice.
/// </summary>
internal sealed class AuditParser : ILogParser
{
    private const int MaxOpen = 128;

    private readonly List<AuditGroup> _open = [];
    private readonly ProcessTable _processes = new();
    private string _blockedTarget = "";
    private bool _blocked;
    private long _blockedAt;

    public HoldPoint Held => _open.Count == 0 ? HoldPoint.None : _open[0].Start;

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        // "type=SYSCALL msg=audit(1684329817.579:2995): ..."
        return line.Message.StartsWith("type="u8) ? Record(line.Message, in line, emit) : LineVerdict.NoEvent;
    }

    /// <summary>A record as auditd writes it, or as the kernel does when no auditd runs: <c>type=1400 audit(...): ...</c>.</summary>
    public LineVerdict Record(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (!cursor.Take("type="u8))
        {
            return LineVerdict.NoEvent;
        }

        var type = AuditTypes.Name(cursor.Word());
        if (!cursor.TakeUntil("audit("u8, out _) || !cursor.TakeUntil(":"u8, out _) || !cursor.TakeNumber(out var serial) || !cursor.Take("):"u8))
        {
            return LineVerdict.NoEvent;
        }

        var fields = new AuditFields(cursor.Rest);
        var index = Find((ulong)serial);
        if (type.SequenceEqual("EOE"u8))
        {
            return index < 0 ? LineVerdict.Repeats : Give(index, emit);
        }

        if (AuditTypes.BelongsToSyscall(type))
        {
            if (index < 0)
            {
                if (_open.Count == MaxOpen)
                {
                    Give(0, emit);
                }

                _open.Add(new AuditGroup { Serial = (ulong)serial, Start = emit.Here, Event = New(type, serial, in line, emit) });
                index = _open.Count - 1;
            }

            _open[index].Add(type, ref fields);
            return type.SequenceEqual("PROCTITLE"u8) ? Give(index, emit) : LineVerdict.Held;
        }

        var e = New(type, serial, in line, emit);
        var named = false;
        while (fields.Next())
        {
            named |= fields.Name.SequenceEqual("acct"u8);
            Common(e, ref fields);
        }

        AuditTypes.Classify(type, e, named);
        emit.Emit(e);
        return LineVerdict.Event;
    }

    public void Flush(long before, LogEmitter emit)
    {
        while (_open.Count > 0 && _open[0].Event.EventTime < before)
        {
            Give(0, emit);
        }
    }

    /// <summary>Puts a field that any record may have to its place in the event.</summary>
    public static void Common(Event e, ref AuditFields fields)
    {
        var name = fields.Name;
        switch (name.Length)
        {
            case 3 when name.SequenceEqual("pid"u8):
                e.Pid = LogText.TryNumber(fields.Value, out var pid) && pid <= uint.MaxValue ? (uint)pid : 0;
                break;
            case 3 when name.SequenceEqual("exe"u8):
                e.Attributes["process.executable"] = fields.Text(255);
                break;
            case 3 when name.SequenceEqual("key"u8):
                Set(e, "audit.key", ref fields);
                break;
            case 3 when name.SequenceEqual("res"u8):
                e.Reason = fields.Text(32);
                break;
            case 2 when name.SequenceEqual("op"u8):
                (e.Audit ??= new Audit()).Operation = fields.Text(64);
                break;
            case 4 when name.SequenceEqual("comm"u8):
                e.Process = fields.Text(64);
                break;
            case 4 when name.SequenceEqual("acct"u8):
                e.User = fields.Text(255);
                break;
            case 4 when name.SequenceEqual("AUID"u8):
                // The one who logged in, whoever he is now; a daemon is nobody's.
                e.Actor = fields.Value.SequenceEqual("unset"u8) ? "" : fields.Text(255);
                break;
            case 2 when name.SequenceEqual("ID"u8):
                Set(e, "id.name", ref fields);
                break;
            case 3 when name.SequenceEqual("UID"u8):
                if (e.User.Length == 0)
                {
                    e.User = fields.Text(255);
                }

                break;
            case 4 when name.SequenceEqual("addr"u8):
                if (LogText.TryAddress(fields.Value, out var address))
                {
                    e.From(address);
                }
                else if (fields.Value is [(byte)'?'])
                {
                    // Without an address the name before it is this host's own.
                    e.SourceHost = "";
                }

                break;
            case 8 when name.SequenceEqual("hostname"u8) && e.SourceIp.IsEmpty:
                if (fields.Value is not [(byte)'?'] && !fields.Value.SequenceEqual("(null)"u8))
                {
                    e.FromHost(fields.Value);
                }

                break;
            case 9 when name.SequenceEqual("proctitle"u8):
                Set(e, "proctitle", ref fields);
                break;
            default:
                if (Kept(name))
                {
                    Set(e, LogText.ToText(name, 24), ref fields);
                }

                break;
        }
    }

    private static bool Kept(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("auid"u8) || name.SequenceEqual("uid"u8) || name.SequenceEqual("euid"u8) || name.SequenceEqual("ppid"u8) || name.SequenceEqual("tty"u8)
        || name.SequenceEqual("ses"u8) || name.SequenceEqual("success"u8) || name.SequenceEqual("exit"u8) || name.SequenceEqual("cwd"u8) || name.SequenceEqual("cmd"u8)
        || name.SequenceEqual("unit"u8) || name.SequenceEqual("sig"u8) || name.SequenceEqual("dev"u8) || name.SequenceEqual("prom"u8) || name.SequenceEqual("terminal"u8)
        || name.SequenceEqual("grp"u8) || name.SequenceEqual("id"u8) || name.SequenceEqual("old"u8) || name.SequenceEqual("apparmor"u8) || name.SequenceEqual("profile"u8)
        || name.SequenceEqual("saddr"u8);

    private static void Set(Event e, string name, ref AuditFields fields)
    {
        var text = fields.Text();
        if (text.Length > 0)
        {
            e.Attributes[name] = text;
        }
    }

    private static Event New(ReadOnlySpan<byte> type, long serial, in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, EventType.AuditRecord, Severity.Info, LogSource.Audit, "auditd");
        e.Process = "";
        e.Audit = new Audit { ClassName = LogText.ToText(type, 64), ObjectId = serial.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        return e;
    }

    private int Find(ulong serial)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].Serial == serial)
            {
                return i;
            }
        }

        return -1;
    }

    private LineVerdict Give(int index, LogEmitter emit)
    {
        var group = _open[index];
        _open.RemoveAt(index);
        var e = group.Finish();
        if (e.Type == EventType.ProcessExec)
        {
            _processes.Note(e);
        }

        var blocked = group.HasExec ? Blocked(e) : null;
        emit.Emit(e);
        if (blocked is not null)
        {
            emit.Emit(blocked);
        }

        return LineVerdict.Event;
    }

    // A firewall's tool that somebody ran who had logged in (auid), not a daemon. ufw runs iptables for the same address, and
    // sudo runs them all: one act is told once.
    private Event? Blocked(Event exec)
    {
        var who = exec.Actor.Length > 0 ? exec.Actor
            : exec.Attributes.TryGetValue("auid", out var auid) && auid is not ("4294967295" or "-1" or "unset") ? auid : "";
        if (who.Length == 0 || exec.Attributes.GetValueOrDefault("success") == "no" || !exec.Attributes.TryGetValue("process.command_line", out var command)
            || !AdminBlock.TryRead(System.Text.Encoding.UTF8.GetBytes(command), out var block))
        {
            return null;
        }

        var target = LogText.ToText(block.Target, 64);
        if (target == _blockedTarget && block.Blocks == _blocked && Math.Abs(exec.EventTime - _blockedAt) < 5_000_000_000)
        {
            return null;
        }

        (_blockedTarget, _blocked, _blockedAt) = (target, block.Blocks, exec.EventTime);
        return SudoParser.Blocked(in block, who, exec);
    }
}
