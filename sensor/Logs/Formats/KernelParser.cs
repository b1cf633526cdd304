using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>The kernel's log: packets, memory, crashes, promiscuous interfaces, and what it warns of.</summary>
internal sealed class KernelParser : ILogParser
{
    private static readonly string[] ErrorMarks =
    [
        "BUG:", "Oops", "Kernel panic", "kernel panic", "EXT4-fs error", "Corruption", "BTRFS error", "I/O error", "Hardware Error", "soft lockup", "hard LOCKUP",
        "blocked for more than", "detected stall", "Remounting filesystem read-only", "unrecoverable", "Uncorrected", "critical medium error", "No space left",
    ];

    private static readonly string[] WarningMarks =
    [
        "WARNING: ", "table full, dropping packet", "possible SYN flooding", "NETDEV WATCHDOG", "martian source", "neighbour table overflow",
        "above threshold", "throttled", "Link is Down", "link is not ready", "bad checksum", "page allocation failure", "TCP: out of memory", "EXT4-fs warning", "taints kernel",
    ];

    private static readonly byte[][] Errors = Octets(ErrorMarks);
    private static readonly byte[][] Warnings = Octets(WarningMarks);

    private readonly AuditParser _audit;
    private uint _lastVictim;
    private long _lastVictimAt;

    public KernelParser(AuditParser audit) => _audit = audit;

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var text = line.Message;
        if (text is [(byte)'[', ..] && text.IndexOf((byte)']') is > 0 and < 20 and var close && LogText.LeadingDigits(LogText.Trim(text[1..close])).Length > 0)
        {
            text = LogText.Trim(text[(close + 1)..]);
        }

        if (FirewallLine.Looks(text))
        {
            var verdict = FirewallLine.Parse(text, in line, emit);
            return verdict == LineVerdict.NotMine ? LineVerdict.NoEvent : verdict;
        }

        if (text.StartsWith("audit: "u8))
        {
            return _audit.Record(text[7..], in line, emit);
        }

        if (text.IndexOf("Kill"u8) >= 0 && text.IndexOf(" process "u8) >= 0 && TryVictim(text, out var pid, out var victim))
        {
            return OutOfMemory(pid, victim, in line, emit);
        }

        if (TryCrash(text, out var name, out pid, out var kind))
        {
            var e = emit.New(in line, EventType.KernelSegfault, Severity.Error, LogSource.Kern, "kernel").Because(kind).With("detail", text);
            e.Process = LogText.ToText(name, 64);
            e.Pid = pid;
            emit.Emit(e);
            return LineVerdict.Event;
        }

        var promiscuous = text.IndexOf(" entered promiscuous mode"u8);
        if (promiscuous > 0)
        {
            var cursor = new LineCursor(text[..promiscuous]);
            cursor.Take("device "u8);
            var device = cursor.Rest[(cursor.Rest.LastIndexOf((byte)' ') + 1)..].TrimEnd((byte)':');

            // A container's or a machine's own end of a bridge is always so.
            var port = device.StartsWith("veth"u8) || device.StartsWith("vnet"u8) || device.StartsWith("tap"u8) || device.StartsWith("fwpr"u8) || device.StartsWith("fwln"u8);
            emit.Emit(emit.New(in line, EventType.KernelPromiscuous, port ? Severity.Info : Severity.Warning, LogSource.Kern, "kernel")
                .Because(port ? "bridge_port" : "").With("interface", device));
            return LineVerdict.Event;
        }

        if (line.Level <= 3 || Any(text, Errors))
        {
            return Plain(EventType.KernelError, Severity.Error, in line, emit);
        }

        return line.Level == 4 || Any(text, Warnings) ? Plain(EventType.KernelWarning, Severity.Warning, in line, emit) : LineVerdict.NoEvent;
    }

    private static LineVerdict Plain(EventType type, Severity severity, in LogLine line, LogEmitter emit)
    {
        emit.Emit(emit.New(in line, type, severity, LogSource.Kern, "kernel"));
        return LineVerdict.Event;
    }

    // Old kernels write "Out of memory: Kill process 7 (x) score 9" and then "Killed process 7 (x) ...".
    private LineVerdict OutOfMemory(uint pid, ReadOnlySpan<byte> victim, in LogLine line, LogEmitter emit)
    {
        if (pid == _lastVictim && Math.Abs(line.Time - _lastVictimAt) < 10_000_000_000)
        {
            return LineVerdict.Repeats;
        }

        _lastVictim = pid;
        _lastVictimAt = line.Time;
        var e = emit.New(in line, EventType.KernelOom, Severity.Critical, LogSource.Kern, "kernel")
            .Because(line.Message.IndexOf("cgroup"u8) >= 0 ? "cgroup" : "system").With("victim", victim);
        e.Process = LogText.ToText(victim, 64);
        e.Pid = pid;
        emit.Emit(e);
        return LineVerdict.Event;
    }

    // "Out of memory: Killed process 123 (asterisk) total-vm:..."
    private static bool TryVictim(ReadOnlySpan<byte> text, out uint pid, out ReadOnlySpan<byte> name)
    {
        pid = 0;
        name = default;
        var cursor = new LineCursor(text);
        if (!cursor.TakeUntil(" process "u8, out _) || !cursor.TakeNumber(out var number) || number > uint.MaxValue)
        {
            return false;
        }

        pid = (uint)number;
        if (cursor.Take(" ("u8) || cursor.Take(", UID "u8))
        {
            var end = cursor.Rest.IndexOf(") "u8);
            end = end < 0 ? cursor.Rest.LastIndexOf((byte)')') : end;
            if (end > 0)
            {
                var inner = cursor.Rest[..end];
                name = inner[(inner.LastIndexOf((byte)'(') + 1)..];
                return true;
            }
        }

        return false;
    }

    // "su[1433535]: segfault at ...", "traps: x[12] general protection fault ip:...", "x[12] trap invalid opcode ip:..."
    private static bool TryCrash(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out uint pid, out string kind)
    {
        name = default;
        pid = 0;
        kind = "";
        var cursor = new LineCursor(text);
        var traps = cursor.Take("traps: "u8);
        if (!cursor.TakeUntil("["u8, out name) || name.Length is 0 or > 64 || !cursor.TakeNumber(out var number) || number > uint.MaxValue || !cursor.Take("]"u8))
        {
            return false;
        }

        pid = (uint)number;
        cursor.Take(":"u8);
        cursor.Spaces();
        kind = cursor.Take("segfault at "u8) ? "segfault"
            : cursor.Take("general protection"u8) ? "general_protection"
            : cursor.Take("trap "u8) ? "trap"
            : traps ? "trap" : "";
        return kind.Length > 0;
    }

    private static bool Any(ReadOnlySpan<byte> text, byte[][] marks)
    {
        foreach (var mark in marks)
        {
            if (text.IndexOf(mark) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static byte[][] Octets(string[] marks) => [.. marks.Select(System.Text.Encoding.ASCII.GetBytes)];
}
