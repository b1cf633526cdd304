using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Takes time, host, program and pid off the front of a line, whichever of the known envelopes it wears. A line that wears
/// none is all message and has no time. Allocates nothing; each octet is looked at a bounded number of times.
/// </summary>
internal sealed partial class LogEnvelope(LogClock clock)
{
    // Lines of one second come together: an equal 15 octets is an equal time.
    private readonly byte[] _lastYearless = new byte[15];
    private long _lastYearlessTime;
    private bool _lastYearlessValid;

    public LogLine Read(ReadOnlySpan<byte> raw)
    {
        var line = new LogLine { Raw = raw, Level = 255, Zone = TimeZoneSource.Unspecified };
        var text = raw;
        if (text.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        // FreeSWITCH may put the call's UUID in front.
        if (text.Length > 37 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[36] == ' ')
        {
            text = text[37..];
        }

        // journalctl's json-seq and json-sse.
        if (text.StartsWith("\u001e{"u8))
        {
            text = text[1..];
        }
        else if (text.StartsWith("data: {"u8))
        {
            text = text[6..];
        }

        line.Message = LogText.Trim(text);
        if (line.Message.IsEmpty)
        {
            return line;
        }

        switch (text[0])
        {
            case (byte)'<':
                ReadPriority(text, ref line);
                break;
            case (byte)'[':
                ReadBracketed(text, ref line);
                break;
            case (byte)'@' when TryTai64N(text, out var time):
                line.Kind = EnvelopeKind.Plain;
                line.Time = time;
                line.Zone = TimeZoneSource.Explicit;
                ReadTimeless(LogText.Trim(text[25..]), ref line);
                break;
            case (byte)'{':
                line.Kind = EnvelopeKind.Json;
                break;
            case >= (byte)'A' and <= (byte)'Z' or (byte)' ':
                ReadTraditional(text, ref line);
                break;
            case >= (byte)'0' and <= (byte)'9':
                ReadDated(text, ref line);
                break;
            default:
                ReadAudit(text, ref line);
                break;
        }

        if (line.Kind == EnvelopeKind.None)
        {
            ReadTimeless(text, ref line);
        }

        return line;
    }

    // "sshd[12]: ..." and "host sshd[12]: ...", as a container's output or a journal's short form has it: only where the
    // tag is a program that is known.
    private static void ReadTimeless(ReadOnlySpan<byte> text, ref LogLine line)
    {
        ReadTag(text, ref line);
        if (ProgramTable.Find(line.Program) != ProgramKind.Unknown)
        {
            return;
        }

        var cursor = new LineCursor(text);
        var host = cursor.Word();
        line.Program = default;
        line.Pid = 0;
        line.PamModule = default;
        ReadTag(cursor.Rest, ref line);
        if (ProgramTable.Find(line.Program) != ProgramKind.Unknown)
        {
            line.Host = host;
            return;
        }

        line.Program = default;
        line.Pid = 0;
        line.PamModule = default;
        line.Message = LogText.Trim(text);
    }

    // RFC 5424 section 6.2.1, RFC 3164 section 4.1.1.
    private void ReadPriority(ReadOnlySpan<byte> text, ref LogLine line)
    {
        var cursor = new LineCursor(text[1..]);
        if (!cursor.TakeNumber(out var priority) || priority > 191 || !cursor.Take(">"u8))
        {
            return;
        }

        line.Level = (byte)(priority & 7);
        if (cursor.Rest is [(byte)'1', (byte)' ', ..])
        {
            ReadRfc5424(cursor.Rest[2..], ref line);
        }
        else if (cursor.Rest is [>= (byte)'0' and <= (byte)'9', ..])
        {
            ReadDated(cursor.Rest, ref line);
        }
        else if (!ReadTraditional(cursor.Rest, ref line))
        {
            // A local /dev/log datagram may hold nothing but a tag.
            line.Message = cursor.Rest;
            ReadTag(cursor.Rest, ref line);
        }
    }

    // "TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG", "-" for what is absent.
    private void ReadRfc5424(ReadOnlySpan<byte> text, ref LogLine line)
    {
        var cursor = new LineCursor(text);
        var stamp = cursor.Word();
        var host = cursor.Word();
        var program = cursor.Word();
        var pid = cursor.Word();
        cursor.Word();
        if (stamp is not [(byte)'-'] && !TryIso(stamp, ref line, out _))
        {
            return;
        }

        line.Kind = EnvelopeKind.Syslog;
        line.Host = host is [(byte)'-'] ? default : host;
        line.Program = program is [(byte)'-'] ? default : BaseName(program);
        if (LogText.TryNumber(pid, out var number) && number <= uint.MaxValue)
        {
            line.Pid = (uint)number;
        }

        var rest = SkipStructuredData(cursor.Rest);
        if (rest.StartsWith("\uFEFF"u8))
        {
            rest = rest[3..];
        }

        line.Message = LogText.Trim(rest);
    }

    // RFC 5424 section 6.3: within quotes, backslash hides quote, backslash and bracket.
    private static ReadOnlySpan<byte> SkipStructuredData(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'-', ..])
        {
            return text[1..];
        }

        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var b = text[i];
            if (quoted)
            {
                if (b == '\\')
                {
                    i++;
                }
                else if (b == '"')
                {
                    quoted = false;
                }
            }
            else if (b == '"')
            {
                quoted = true;
            }
            else if (b == ']' && (i + 1 == text.Length || text[i + 1] != '['))
            {
                return text[(i + 1)..];
            }
        }

        return text;
    }

    // "Mmm dd hh:mm:ss host tag: message", also with a year, and with a weekday in front.
    private bool ReadTraditional(ReadOnlySpan<byte> text, ref LogLine line)
    {
        if (text.Length > 4 && text[3] == ' ' && Weekday(text))
        {
            text = text[4..];
            if (TryDatedWithZone(text, ref line, out var stamp))
            {
                line.Kind = EnvelopeKind.Syslog;
                ReadHostAndTag(text[stamp..], ref line);
                return true;
            }
        }

        if (!TryYearlessStamp(text, out var time, out var length))
        {
            ReadAudit(text, ref line);
            return false;
        }

        line.Time = time;
        line.Zone = TimeZoneSource.Sensor;
        line.Kind = EnvelopeKind.Syslog;
        ReadHostAndTag(text[length..], ref line);
        return true;
    }

    /// <summary>After the time: a host (which may be missing), a tag and the message.</summary>
    private static void ReadHostAndTag(ReadOnlySpan<byte> text, ref LogLine line)
    {
        var cursor = new LineCursor(text);
        cursor.Spaces();
        var whole = cursor.Rest;
        var host = cursor.Word();
        if (host.IsEmpty || host[^1] is (byte)':' || host.Contains((byte)'['))
        {
            // No host was written: this word is the tag already.
            ReadTag(whole, ref line);
            return;
        }

        line.Host = host;
        ReadTag(cursor.Rest, ref line);
    }

    // "program[pid]: message", "program: message", "(program)[pid]: message".
    private static void ReadTag(ReadOnlySpan<byte> text, ref LogLine line)
    {
        line.Message = LogText.Trim(text);
        var end = text.IndexOfAny(" :["u8);
        if (end == 0)
        {
            ReadBracketedTag(text, ref line);
        }

        if (end <= 0 || end > 64)
        {
            return;
        }

        var program = text[..end];
        var rest = text[end..];
        if (rest[0] == '[')
        {
            var close = rest.IndexOf((byte)']');
            if (close is < 2 or > 24)
            {
                return;
            }

            if (LogText.TryNumber(rest[1..close], out var pid) && pid <= uint.MaxValue)
            {
                line.Pid = (uint)pid;
            }

            rest = rest[(close + 1)..];
        }

        if (rest is [(byte)':', ..])
        {
            rest = rest[1..];
        }
        else if (line.Pid == 0)
        {
            // A word and a space is no tag.
            return;
        }

        line.Program = BaseName(program);
        if (program[^1] == ')')
        {
            Unbracket(program, ref line);
        }

        line.Message = LogText.Trim(rest);
        if (line.Message.StartsWith("[ID "u8) && line.Message.IndexOf("] "u8) is > 0 and < 48 and var id)
        {
            // Solaris: "[ID 800047 auth.info] ".
            line.Message = line.Message[(id + 2)..];
        }
    }

    // "(program)", "program(pam_unix)", "program(12)".
    private static void Unbracket(ReadOnlySpan<byte> program, ref LogLine line)
    {
        var open = program.IndexOf((byte)'(');
        if (open < 0)
        {
            return;
        }

        var inner = program[(open + 1)..^1];
        if (open == 0)
        {
            line.Program = BaseName(inner);
        }
        else if (inner.StartsWith("pam_"u8))
        {
            line.PamModule = inner;
            line.Program = BaseName(program[..open]);
        }
        else if (LogText.TryNumber(inner, out var pid) && pid <= uint.MaxValue)
        {
            line.Pid = (uint)pid;
            line.Program = BaseName(program[..open]);
        }
    }

    // "[sshd]: message" and "[sshd] message": metalog and its kin.
    private static void ReadBracketedTag(ReadOnlySpan<byte> text, ref LogLine line)
    {
        var close = text.IndexOf((byte)']');
        if (text[0] != '[' || close is < 2 or > 32 || ProgramTable.Find(text[1..close]) == ProgramKind.Unknown)
        {
            return;
        }

        line.Program = text[1..close];
        line.Message = LogText.Trim(text[(close + 1)..].TrimStart((byte)':'));
    }

    // "type=SYSCALL msg=audit(1684329817.579:2995): ..." perhaps behind "node=host ".
    private static bool ReadAudit(ReadOnlySpan<byte> text, ref LogLine line)
    {
        var cursor = new LineCursor(text);
        if (cursor.Take("node="u8))
        {
            line.Host = cursor.Word();
        }

        if (!cursor.Rest.StartsWith("type="u8))
        {
            return false;
        }

        var message = cursor.Rest;
        if (!cursor.TakeUntil("msg=audit("u8, out _) || !TryEpoch(cursor.Rest, out var time, out _))
        {
            return false;
        }

        line.Kind = EnvelopeKind.Audit;
        line.Time = time;
        line.Zone = TimeZoneSource.Explicit;
        line.Program = "audit"u8;
        line.Message = LogText.Trim(message);
        return true;
    }

    private static ReadOnlySpan<byte> BaseName(ReadOnlySpan<byte> program)
    {
        var slash = program.LastIndexOf((byte)'/');
        return slash >= 0 && slash + 1 < program.Length && program[0] == '/' ? program[(slash + 1)..] : program;
    }

    private static bool Weekday(ReadOnlySpan<byte> text) =>
        text.StartsWith("Mon"u8) || text.StartsWith("Tue"u8) || text.StartsWith("Wed"u8) || text.StartsWith("Thu"u8)
        || text.StartsWith("Fri"u8) || text.StartsWith("Sat"u8) || text.StartsWith("Sun"u8);
}
