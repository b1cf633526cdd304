using System.Text;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// Kamailio writes several lines about one message that it cannot parse, and only the last, if that, names the sender. They
/// are gathered by pid for at most two seconds of log time and given as one event. At most 64 pids at a time.
/// </summary>
internal sealed class ParseErrorBurst(LogSource source, string service)
{
    private const int MaxPids = 64;
    private const long Together = 1_000_000_000;

    private readonly List<Pending> _pending = [];

    public HoldPoint Oldest => _pending.Count == 0 ? HoldPoint.None : _pending[0].Start;

    public LineVerdict Add(ReadOnlySpan<byte> module, ReadOnlySpan<byte> function, ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var index = Find(line.Pid);
        if (index >= 0 && line.Time - _pending[index].Event.EventTime > Together)
        {
            Give(index, emit);
            index = -1;
        }

        // "core parsing of SIP message failed (192.0.2.1:5060/1)": the last line about a message, and it names the sender.
        if (TrySender(function, text, out var sender))
        {
            var e = index >= 0 ? _pending[index].Event : New(function, text, in line, emit);
            if (index >= 0)
            {
                _pending.RemoveAt(index);
            }

            if (LogText.TryEndpoint(sender, out var address, out var port))
            {
                e.From(address, port);
            }

            emit.Emit(e);
            return LineVerdict.Event;
        }

        if (index >= 0)
        {
            return LineVerdict.Repeats;
        }

        if (_pending.Count == MaxPids)
        {
            Give(0, emit);
        }

        _pending.Add(new Pending(line.Pid, emit.Here, New(function, text, in line, emit).With("module", module)));
        return LineVerdict.Held;
    }

    public void Flush(long before, LogEmitter emit)
    {
        while (_pending.Count > 0 && _pending[0].Event.EventTime < before)
        {
            Give(0, emit);
        }
    }

    private static bool TrySender(ReadOnlySpan<byte> function, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> sender)
    {
        sender = default;
        if (!function.StartsWith("receive_msg"u8))
        {
            return false;
        }

        // OpenSIPS: "Unable to parse msg received from [192.0.2.1:5060]"
        var from = text.IndexOf("msg received from ["u8);
        if (from >= 0)
        {
            sender = text[(from + 19)..];
            var close = sender.LastIndexOf((byte)']');
            sender = close < 0 ? sender : sender[..close];
            return true;
        }

        if (!text.StartsWith("core parsing of SIP message failed"u8))
        {
            return false;
        }

        var open = text.LastIndexOf((byte)'(');
        var slash = text.LastIndexOf((byte)'/');
        if (open >= 0 && slash > open)
        {
            sender = text[(open + 1)..slash];
        }

        return true;
    }

    private Event New(ReadOnlySpan<byte> function, ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var e = emit.New(in line, EventType.ProxyParseError, Severity.Warning, source, service);
        var end = function.IndexOf((byte)'(');
        e.Reason = Encoding.ASCII.GetString(end < 0 ? function : function[..end]) is { Length: > 0 and < 64 } name ? name : "parse_error";
        return e.With("detail", text.Length > 200 ? text[..200] : text);
    }

    private int Find(uint pid)
    {
        for (var i = 0; i < _pending.Count; i++)
        {
            if (_pending[i].Pid == pid)
            {
                return i;
            }
        }

        return -1;
    }

    private void Give(int index, LogEmitter emit)
    {
        var e = _pending[index].Event;
        _pending.RemoveAt(index);
        emit.Emit(e);
    }

    private readonly record struct Pending(uint Pid, HoldPoint Start, Event Event);
}
