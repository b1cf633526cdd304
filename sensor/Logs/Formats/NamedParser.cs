using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>BIND: queries, transfers and updates that were denied.</summary>
internal sealed class NamedParser : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (!cursor.TakeUntil("client "u8, out var head) || head.Length > 32 || !line.Message.EndsWith("denied"u8))
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

        var reason = cursor.Rest.IndexOf("zone transfer"u8) >= 0 ? "transfer_denied" : cursor.Rest.IndexOf("update"u8) >= 0 ? "update_denied" : "query_denied";
        emit.Emit(emit.New(in line, EventType.ConnectionRefused, Severity.Warning, LogSource.Syslog, "named").From(ip, port).Because(reason));
        return LineVerdict.Event;
    }
}
