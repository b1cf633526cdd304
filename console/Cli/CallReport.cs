using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>One call in full, with the ladder of its messages.</summary>
internal static class CallReport
{
    public static void Write(TextWriter output, CallRecord call)
    {
        output.WriteLine(SafeText.Clean($"CALL {call.CallId}  {Listings.CallListing.State(call)}"));
        Line(output, "from", $"{call.Src}  {Addresses.Of(call.SourceIp, call.SourcePort)}  {call.SrcUserAgent}");
        Line(output, "to", $"{call.Dst}  {Addresses.Of(call.DestinationIp, call.DestinationPort)}  {call.DstUserAgent}");
        Line(output, "start", Times.IsoMillis(call.StartTime));
        Line(output, "answer", Times.IsoMillis(call.AnswerTime));
        Line(output, "end", Times.IsoMillis(call.EndTime));
        Line(output, "talked", CallListing.Talked(call));
        Line(output, "status", $"{(call.StatusCode == 0 ? "" : call.StatusCode.ToString(CultureInfo.InvariantCulture))} {call.Reason}".Trim());
        Line(output, "ended by", $"{call.HangupBy} {call.HangupCause}".Trim());
        Line(output, "user", call.User);
        Line(output, "codecs", string.Join(", ", call.Codecs));
        Line(output, "host", call.Host.Length > 0 ? call.Host : call.SensorId);
        if (call.Trace.Count > 0)
        {
            output.WriteLine("  MESSAGES");
            WriteTrace(output, call.Trace);
        }
    }

    public static void WriteTrace(TextWriter output, IEnumerable<TraceEntry> trace)
    {
        foreach (var entry in trace)
        {
            var arrow = entry.FromSource ? "-->" : "<--";
            var again = entry.Retransmission ? "  (again)" : "";
            output.WriteLine(SafeText.Clean(string.Create(CultureInfo.InvariantCulture, $"    {entry.OffsetUs / 1e6,10:0.000}s  {arrow}  {entry.Summary}{again}")));
        }
    }

    private static void Line(TextWriter output, string name, string value)
    {
        value = value.Trim();
        if (value.Length > 0 && value != "-")
        {
            output.WriteLine($"  {name,-9} {SafeText.Clean(value)}");
        }
    }
}
