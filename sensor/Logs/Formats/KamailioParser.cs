using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// Kamailio: <c>LEVEL: {prefix} module [file:line]: function(): text</c> and <c>LEVEL: &lt;script&gt;: text</c> of xlog.
/// Understands pike's own line, the xlog lines of the default configuration, and these (<c>$var</c> as in xlog), which a
/// TLS-only proxy should be made to write:
/// <code>
/// auth failed: method=$rm user=$fU authuser=$au domain=$fd src=$si:$sp proto=$proto ua=$ua
/// user not found: $rm $rU from $si:$sp ua=$ua
/// REGISTER unknown user $tU from $si:$sp ua=$ua
/// in-dialog request without route: $rm from $si:$sp call-id=$ci
/// </code>
/// The several lines about one message that the parser could not read become one <c>proxy.parse.error</c>.
/// </summary>
internal sealed partial class KamailioParser : ILogParser
{
    private readonly LogSource _source;
    private readonly string _service;
    private readonly ParseErrorBurst _burst;

    /// <param name="source">Kamailio or OpenSIPS.</param>
    /// <param name="service">What <c>service</c> says.</param>
    public KamailioParser(LogSource source = LogSource.Kamailio, string service = "kamailio")
    {
        _source = source;
        _service = service;
        _burst = new ParseErrorBurst(source, service);
    }

    public HoldPoint Held => _burst.Oldest;

    /// <summary>Whether a message has Kamailio's shape, for programs of another name (its <c>log_name</c> can be anything).</summary>
    public static bool Looks(ReadOnlySpan<byte> message)
    {
        var head = message.Length > 64 ? message[..64] : message;
        return head.IndexOf(": <script>: "u8) > 0 || head.IndexOf(": <core> ["u8) > 0 || head.IndexOf("PIKE - BLOCKing ip "u8) > 0;
    }

    public void Flush(long before, LogEmitter emit) => _burst.Flush(before, emit);

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        SkipProcess(ref cursor);
        if (_source == LogSource.Opensips)
        {
            return OpenSips(ref cursor, in line, emit);
        }

        if (!TryLevel(ref cursor, out var isError))
        {
            return LineVerdict.NotMine;
        }

        if (cursor.Take("{"u8) && !cursor.TakeUntil("} "u8, out _))
        {
            return LineVerdict.NoEvent;
        }

        if (cursor.Take("<script>: "u8))
        {
            return Script(cursor.Rest, in line, emit);
        }

        // "module [file.c:123]: function(): text"
        var module = cursor.Word();
        var text = cursor.TakeUntil("(): "u8, out var function) ? cursor.Rest : cursor.Rest;
        if (function.IndexOf(": "u8) is > 0 and var name)
        {
            function = function[(name + 2)..];
        }

        var pike = text.IndexOf("PIKE - BLOCKing ip "u8);
        if (pike >= 0)
        {
            var address = new LineCursor(text[(pike + 19)..]).Word().TrimEnd((byte)',');
            return Pike(address, default, in line, emit);
        }

        if (isError && IsParseError(module, function, text))
        {
            return _burst.Add(module, function, text, in line, emit);
        }

        return LineVerdict.NoEvent;
    }

    // "LEVEL:module:function: text", and xlog's text bare.
    private LineVerdict OpenSips(ref LineCursor cursor, in LogLine line, LogEmitter emit)
    {
        var whole = cursor.Rest;
        var isError = cursor.Take("ERROR:"u8) || cursor.Take("CRITICAL:"u8) || cursor.Take("WARNING:"u8) || cursor.Take("ALERT:"u8);
        if (!isError && !cursor.Take("NOTICE:"u8) && !cursor.Take("INFO:"u8) && !cursor.Take("DBG:"u8))
        {
            return Script(whole, in line, emit);
        }

        if (!cursor.TakeUntil(":"u8, out var module) || module.Contains((byte)' ') || !cursor.TakeUntil(": "u8, out var function) || function.Contains((byte)' '))
        {
            return Script(whole, in line, emit);
        }

        var text = cursor.Rest;
        var pike = text.IndexOf("PIKE - BLOCKing ip "u8);
        if (pike >= 0)
        {
            return Pike(new LineCursor(text[(pike + 19)..]).Word().TrimEnd((byte)','), default, in line, emit);
        }

        return isError && IsParseError(module, function, text) ? _burst.Add(module, function, text, in line, emit) : LineVerdict.NoEvent;
    }

    // On standard error (containers): "12(345) ALERT: ..." of Kamailio, "[345] WARNING:..." of OpenSIPS.
    private static void SkipProcess(ref LineCursor cursor)
    {
        var number = LogText.LeadingDigits(cursor.Rest);
        if (number.Length > 0 && cursor.Rest.Length > number.Length && cursor.Rest[number.Length] == '(')
        {
            cursor.TakeUntil(") "u8, out _);
        }
        else if (cursor.Rest is [(byte)'[', >= (byte)'0' and <= (byte)'9', ..] && cursor.Rest.IndexOf("] "u8) is > 0 and < 12)
        {
            cursor.TakeUntil("] "u8, out _);
        }
    }

    private static bool TryLevel(ref LineCursor cursor, out bool isError)
    {
        isError = false;
        if (cursor.Take("ERROR: "u8) || cursor.Take("CRITICAL: "u8) || cursor.Take("BUG: "u8) || cursor.Take("ALERT: "u8) || cursor.Take("WARNING: "u8))
        {
            isError = true;
            return true;
        }

        return cursor.Take("NOTICE: "u8) || cursor.Take("INFO: "u8) || cursor.Take("DEBUG: "u8);
    }

    private LineVerdict Pike(ReadOnlySpan<byte> endpoint, ReadOnlySpan<byte> method, in LogLine line, LogEmitter emit)
    {
        if (!LogText.TryEndpoint(endpoint, out var address, out var port))
        {
            return LineVerdict.NoEvent;
        }

        var e = emit.New(in line, EventType.ProxyPikeBlocked, Severity.Error, _source, _service).From(address, port).Because("pike");
        e.Block = new Block { By = "pike" };
        if (!method.IsEmpty)
        {
            e.Sip = new V1.Sip { Method = LogText.ToText(method, 32) };
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    private static bool IsParseError(ReadOnlySpan<byte> module, ReadOnlySpan<byte> function, ReadOnlySpan<byte> text) =>
        function.StartsWith("parse_"u8) || function.StartsWith("receive_msg"u8) || function.StartsWith("get_hdr_field"u8)
        || function.StartsWith("get_hdr_body"u8) || function.StartsWith("get_body"u8) || function.StartsWith("is_maxfwd_present"u8)
        || module.SequenceEqual("sanity"u8) || module.StartsWith("siputils"u8)
        || (text.IndexOf("pars"u8) >= 0 && (text.IndexOf("fail"u8) >= 0 || text.IndexOf("error"u8) >= 0 || text.IndexOf("bad "u8) >= 0))
        || text.StartsWith("bad "u8) || text.StartsWith("invalid "u8);
}
