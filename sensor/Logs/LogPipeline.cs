using SensorNet.Sensor.Logs.Formats;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// The lines of one source, in order, to events: envelope, program, parser. Holds the parsers' memory of that source.
/// Not thread-safe: one reader feeds it.
/// </summary>
internal sealed class LogPipeline
{
    // "message repeated 3 times: [ ...]" is told as often, up to here: the number is the line's word only.
    private const int MaxRepeat = 64;

    private static readonly string[] KindNames = ["", .. Enum.GetNames<ProgramKind>()[1..]];

    private readonly LogPipelineOptions _options;
    private readonly LogEnvelope _envelope;
    private readonly LogClock _clock;
    private readonly LogEmitter _emitter;
    private readonly ILogParser?[] _parsers = new ILogParser?[(int)ProgramKind.Count];
    private readonly JournalRecord _journal = new();
    private JournalExport? _export;
    private readonly OperatorParser[] _operators;
    private long _rawSecond;
    private int _rawCount;
    private long _lastFlush;

    public LogPipeline(LogPipelineOptions options, ILogOutput output, TimeProvider clock)
    {
        _options = options;
        _operators = [.. options.Parsers];
        _clock = new LogClock(options.Zone, clock, options.ReferenceTime);
        _envelope = new LogEnvelope(_clock);
        _emitter = new LogEmitter(options, _clock, output, Counters);
    }

    public LogCounters Counters { get; } = new();

    /// <summary>Which parser the line before was given to; empty when none knows its program or shape.</summary>
    public string LastParser { get; private set; } = "";

    /// <summary>The journal's cursor of the line before; empty when the source is no journal.</summary>
    public string Cursor => _journal.Cursor;

    /// <summary>One line without its end.</summary>
    /// <param name="raw">Any octets; valid during the call.</param>
    /// <param name="offset">Where the line starts in its source.</param>
    /// <param name="cut">The line was longer than the cap.</param>
    public LineVerdict Line(ReadOnlySpan<byte> raw, long offset = 0, bool cut = false)
    {
        Counters.Lines++;
        Counters.Bytes += raw.Length + 1;
        if (cut)
        {
            Counters.Cut++;
        }

        var line = Read(raw, offset);
        line.Cut = cut;
        if (line.Message.IsEmpty)
        {
            Counters.Quiet++;
            return LineVerdict.NoEvent;
        }

        _emitter.BeginLine(offset, ref line);
        FlushDue(line.Time);
        var repeat = Unrepeat(ref line);
        var verdict = LineVerdict.NotMine;
        for (var i = 0; i < repeat; i++)
        {
            verdict = Dispatch(in line);
        }

        Count(verdict, in line);
        UpdateHeld();
        return verdict;
    }

    private LogLine Read(ReadOnlySpan<byte> raw, long offset)
    {
        if (_export is { IsOpen: true } || JournalExport.Begins(raw))
        {
            // A field is no line: only the record that ends here is.
            var record = new LogLine { Raw = raw };
            _export ??= new JournalExport(_journal);
            _export.Add(raw, offset, ref record);
            record.Raw = record.Message;
            return record;
        }

        var line = _envelope.Read(raw);
        if (line.Kind == EnvelopeKind.Json)
        {
            _journal.TryRead(line.Message, ref line);
        }

        return line;
    }

    /// <summary>No line came for a while: gives what was held longer than two seconds before this time.</summary>
    public void Idle()
    {
        Flush(_clock.Now - 2_000_000_000);
    }

    /// <summary>The source has ended: gives all that is held.</summary>
    public void End() => Flush(long.MaxValue);

    private void Flush(long before)
    {
        foreach (var parser in _parsers)
        {
            parser?.Flush(before, _emitter);
        }

        UpdateHeld();
    }

    // Once per second of log time is enough: what is held waits for two.
    private void FlushDue(long time)
    {
        var second = time / 1_000_000_000;
        if (second != _lastFlush)
        {
            _lastFlush = second;
            Flush(time - 2_000_000_000);
        }
    }

    private void UpdateHeld()
    {
        var held = HoldPoint.None;
        foreach (var parser in _parsers)
        {
            if (parser is not null)
            {
                held = HoldPoint.Earlier(held, parser.Held);
            }
        }

        _emitter.SetHeld(held);
    }

    private LineVerdict Dispatch(in LogLine line)
    {
        try
        {
            return Parse(in line);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A defect of a parser must not end the reading of a log; the line is counted and goes on as unclaimed.
            Counters.Failed++;
            return LineVerdict.NotMine;
        }
    }

    private LineVerdict Parse(in LogLine line)
    {
        foreach (var parser in _operators)
        {
            if (parser.Claims(line.Program) && parser.Parse(in line, _emitter) is not LineVerdict.NotMine and var own)
            {
                LastParser = parser.Name;
                return own;
            }
        }

        var kind = Kind(in line);
        LastParser = KindNames[(int)kind];
        var verdict = kind == ProgramKind.Unknown ? LineVerdict.NotMine : Parser(kind).Parse(in line, _emitter);
        return verdict == LineVerdict.NotMine && PamLine.Looks(in line) ? Parser(ProgramKind.Pam).Parse(in line, _emitter) : verdict;
    }

    private ProgramKind Kind(in LogLine line)
    {
        switch (_options.Format)
        {
            case LogFormat.Kamailio:
                return ProgramKind.Kamailio;
            case LogFormat.OpenSips:
                return ProgramKind.OpenSips;
            case LogFormat.RtpEngine:
                return ProgramKind.RtpEngine;
            case LogFormat.Asterisk:
                return ProgramKind.Asterisk;
            case LogFormat.FreeSwitch:
                return ProgramKind.FreeSwitch;
            case LogFormat.Fail2Ban:
                return ProgramKind.Fail2Ban;
            case LogFormat.Audit:
                return ProgramKind.Audit;
            case LogFormat.Kernel:
                return ProgramKind.Kernel;
            case LogFormat.Vagrant:
                return ProgramKind.Vagrant;
            case LogFormat.Libvirt:
                return ProgramKind.Machine;
        }

        var kind = ProgramTable.Find(line.Program);
        return kind != ProgramKind.Unknown ? kind : ByShape(in line);
    }

    // Lines of which the program is not told, or bears a name of the operator's choice.
    private static ProgramKind ByShape(in LogLine line)
    {
        var message = line.Message;
        if (KamailioParser.Looks(message))
        {
            return ProgramKind.Kamailio;
        }

        if (AsteriskParser.Looks(message))
        {
            return ProgramKind.Asterisk;
        }

        if (NamedParser.Looks(message))
        {
            return ProgramKind.Named;
        }

        if (line.Program.SequenceEqual("auth"u8) && DovecotParser.Looks(line.Raw[(line.Raw.IndexOf("auth"u8))..]))
        {
            return ProgramKind.Dovecot;
        }

        if (!line.Program.IsEmpty && line.Kind == EnvelopeKind.Syslog)
        {
            return ProgramKind.Unknown;
        }

        if (DovecotParser.Looks(message))
        {
            return ProgramKind.Dovecot;
        }

        if (FreeSwitchParser.Looks(message))
        {
            return ProgramKind.FreeSwitch;
        }

        if (VagrantParser.Looks(message))
        {
            return ProgramKind.Vagrant;
        }

        if (FtpParser.Looks(message))
        {
            return ProgramKind.Ftp;
        }

        return line.Kind == EnvelopeKind.Plain ? ProgramKind.Machine
            : line.Message.StartsWith("audit: "u8) ? ProgramKind.Kernel : ProgramKind.Unknown;
    }

    private ILogParser Parser(ProgramKind kind) => _parsers[(int)kind] ??= kind switch
    {
        ProgramKind.Sshd => new SshdParser(),
        ProgramKind.Kamailio => new KamailioParser(),
        ProgramKind.OpenSips => new KamailioParser(LogSource.Opensips, "opensips"),
        ProgramKind.Pam => new PamParser(),
        ProgramKind.Sudo => new SudoParser(),
        ProgramKind.Su => new SuParser(),
        ProgramKind.Pkexec => new PkexecParser(),
        ProgramKind.Login => new LoginParser(),
        ProgramKind.Systemd => new SystemdParser(),
        ProgramKind.Logind => new LogindParser(),
        ProgramKind.Kernel => new KernelParser((AuditParser)Parser(ProgramKind.Audit)),
        ProgramKind.Firewall => new FirewallParser(),
        ProgramKind.Audit => new AuditParser(),
        ProgramKind.Fail2Ban => new Fail2BanParser(),
        ProgramKind.Cron => new CronParser(),
        ProgramKind.Account => new AccountParser(),
        ProgramKind.Logrotate => new LogrotateParser(),
        ProgramKind.Asterisk => new AsteriskParser(),
        ProgramKind.FreeSwitch => new FreeSwitchParser(),
        ProgramKind.RtpEngine => new RtpEngineParser(),
        ProgramKind.Dovecot => new DovecotParser(),
        ProgramKind.Ftp => new FtpParser(),
        ProgramKind.Dropbear => new DropbearParser(),
        ProgramKind.Named => new NamedParser(),
        ProgramKind.Vagrant => new VagrantParser(),
        ProgramKind.Machine => new MachineParser(_options.Origin),
        ProgramKind.Proxmox => new ProxmoxParser(),
        _ => throw new InvalidOperationException($"No parser stands behind {kind}."),
    };

    /// <summary>Says in words why a line became what it became; for people, after <see cref="Line"/> with the same line.</summary>
    public string Explain(ReadOnlySpan<byte> raw, LineVerdict verdict)
    {
        var line = _envelope.Read(raw);
        if (line.Kind == EnvelopeKind.Json)
        {
            _journal.TryRead(line.Message, ref line);
        }

        if (line.Message.IsEmpty)
        {
            return "empty";
        }

        var form = line.Kind == EnvelopeKind.None ? "no known time in front" : $"{line.Kind} form";
        var program = line.Program.IsEmpty ? "no program named" : $"program {LogText.ToText(line.Program, 64)}";
        var why = verdict switch
        {
            LineVerdict.Event => "an event",
            LineVerdict.Held => "part of an event that later lines complete",
            LineVerdict.Repeats => "tells again of an attempt that an earlier line told",
            LineVerdict.NoEvent => "understood, nothing in it is an event",
            _ when LastParser.Length > 0 => "not a line this parser knows",
            _ => "no parser for this program or shape",
        };
        var message = line.Message.ToArray();
        var programName = line.Program.ToArray();
        var own = _options.Parsers.Where(p => p.Claims(programName)).SelectMany(p => p.Explain(message));
        return string.Join("; ", (string[])[form, program, LastParser.Length > 0 ? $"parser {LastParser}" : "no parser", why, .. own]);
    }

    private void Count(LineVerdict verdict, in LogLine line)
    {
        switch (verdict)
        {
            case LineVerdict.NotMine:
                Counters.Unclaimed++;
                Raw(in line);
                break;
            case LineVerdict.NoEvent:
                Counters.Quiet++;
                Raw(in line);
                break;
            case LineVerdict.Repeats:
                Counters.Repeats++;
                break;
        }
    }

    private void Raw(in LogLine line)
    {
        if (!_options.EmitRaw)
        {
            return;
        }

        if (_options.RawPerSecond > 0)
        {
            var second = _clock.Now / 1_000_000_000;
            if (second != _rawSecond)
            {
                _rawSecond = second;
                _rawCount = 0;
            }

            if (++_rawCount > _options.RawPerSecond)
            {
                Counters.RawDropped++;
                return;
            }
        }

        _emitter.Emit(_emitter.New(in line, EventType.LogRaw, Severity.Info, LogSource.Syslog));
    }

    // rsyslog's "message repeated 2 times: [ Failed password ...]".
    private static int Unrepeat(ref LogLine line)
    {
        var cursor = new LineCursor(line.Message);
        if (!cursor.Take("message repeated "u8) || !cursor.TakeNumber(out var times) || !cursor.Take(" times: ["u8) || cursor.Rest is not [.., (byte)']'])
        {
            return 1;
        }

        line.Message = LogText.Trim(cursor.Rest[..^1]);
        return (int)Math.Clamp(times, 1, MaxRepeat);
    }
}
