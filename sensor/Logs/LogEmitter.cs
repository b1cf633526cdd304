using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Makes the events of one source: fills what every event of a line has in common, and hands them on with the place that
/// the reader may go back to. Not thread-safe.
/// </summary>
internal sealed class LogEmitter(LogPipelineOptions options, LogClock clock, ILogOutput output, LogCounters counters)
{
    /// <summary>How much of the record is kept.</summary>
    public const int MaxRaw = 8192;

    private readonly long _shift = options.TimeShift.Ticks * 100;
    private byte[] _hostOctets = [];
    private string _host = options.Host;
    private byte[] _programOctets = [];
    private string _program = "";
    private long _emitted;
    private HoldPoint _held = HoldPoint.None;

    /// <summary>The line that is being read.</summary>
    public HoldPoint Here { get; private set; }

    /// <summary>Time of the line before, for lines that have none.</summary>
    public long LastTime { get; private set; }

    public void BeginLine(long offset, ref LogLine line)
    {
        Here = new HoldPoint(offset, _emitted);
        if (line.Time == 0)
        {
            counters.Timeless++;
            line.Time = LastTime != 0 ? LastTime : clock.Now;
            line.Zone = TimeZoneSource.Sensor;
        }

        LastTime = line.Time;
    }

    /// <summary>The earliest held line of all parsers, before the next events are emitted.</summary>
    public void SetHeld(HoldPoint held) => _held = held;

    /// <summary>An event of this line, with time, host, process, raw text and message set.</summary>
    public Event New(in LogLine line, EventType type, Severity severity, LogSource source, string service = "")
    {
        var e = new Event
        {
            Type = type,
            Severity = severity,
            EventTime = line.Time,
            TimeZoneSource = line.Zone,
            Host = line.Host.IsEmpty ? options.Host : Cached(line.Host, ref _hostOctets, ref _host),
            Process = Cached(line.Program, ref _programOctets, ref _program),
            Pid = line.Pid,
            LogSource = source,
            Service = service,
            Message = LogText.ToText(line.Message),
            Raw = ByteString.CopyFrom(line.Raw.Length > MaxRaw ? line.Raw[..MaxRaw] : line.Raw),
            Origin = options.Origin,
            Platform = Platform.Linux,
        };
        if (line.Cut)
        {
            e.Partial = true;
            e.PartialReason = "line_cut";
        }

        return e;
    }

    public void Emit(Event e)
    {
        e.EventTime += _shift;
        e.Synthetic |= options.Synthetic;
        counters.Events++;
        _emitted++;
        var back = HoldPoint.Earlier(_held, Here);
        output.Emit(e, back.Offset, _emitted - back.Emitted);
    }

    private static string Cached(ReadOnlySpan<byte> octets, ref byte[] lastOctets, ref string last)
    {
        if (!octets.SequenceEqual(lastOctets))
        {
            lastOctets = octets.ToArray();
            last = LogText.ToText(octets, 255);
        }

        return last;
    }
}
