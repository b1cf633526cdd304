using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>BIND: queries, transfers and updates that were denied.</summary>
internal sealed class NamedParser : ILogParser
{
    /// <summary>Whether a line of BIND's own log file: <c>[category: ][level: ]client [@0x7f]192.0.2.1#53 ...</c>.</summary>
    public static bool Looks(ReadOnlySpan<byte> message) => message.IndexOf("client "u8) is >= 0 and < 32 and var at && message[at..].IndexOf((byte)'#') is > 0 and < 80;

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (!cursor.TakeUntil("client "u8, out var head) || head.Length > 32 || !Refused(cursor.Rest))
        {
            return LineVerdict.NoEvent;
        }

        if (cursor.Rest is [(byte)'@', ..])
        {
            cursor.Word();
        }

        // "192.0.2.1#5353 (example.com): query (cache) 'example.com/A/IN' denied"
        if (!cursor.TakeUntil("#"u8, out var address) || !LogText.TryAddress(address, out var ip) || !LogText.TryPort(LogText.LeadingDigits(cursor.Rest), out var port))
        {
            return LineVerdict.NoEvent;
        }

        var reason = cursor.Rest.IndexOf("zone transfer"u8) >= 0 ? "transfer_denied" : cursor.Rest.IndexOf(": update"u8) >= 0 ? "update_denied" : "query_denied";
        emit.Emit(emit.New(in line, EventType.ConnectionRefused, Severity.Warning, LogSource.Syslog, "named").From(ip, port).Because(reason));
        return LineVerdict.Event;
    }

    // "... denied", since 9.18 "... denied (allow-query-cache did not match)"; "bad zone transfer request: ... (NOTAUTH)".
    private static bool Refused(ReadOnlySpan<byte> text) =>
        text.EndsWith("' denied"u8) || text.LastIndexOf("' denied ("u8) > 0 || text.IndexOf(": bad zone transfer request: "u8) > 0;
}
