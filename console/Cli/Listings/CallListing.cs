using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Call records as the command line shows them.</summary>
internal static class CallListing
{
    public static Listing<CallRecord> Listing { get; } = new(
        [
            new("START", c => Times.Iso(c.StartTime)),
            new("FROM", c => Or(c.Src)),
            new("TO", c => Or(c.Dst)),
            new("STATE", c => Or(c.State)),
            new("TALKED", c => Talked(c), Right: true, Priority: 1),
            new("CODE", c => c.StatusCode == 0 ? "-" : c.StatusCode.ToString(CultureInfo.InvariantCulture), Right: true),
            new("REASON", c => Or(c.Reason), Priority: 4),
            new("SOURCE", c => Addresses.Of(c.SourceIp, c.SourcePort), Priority: 2),
            new("DESTINATION", c => Addresses.Of(c.DestinationIp, c.DestinationPort), Priority: 5),
            new("HOST", c => Or(c.Host.Length > 0 ? c.Host : c.SensorId), Priority: 6),
            new("CALL-ID", c => c.CallId, Priority: 3),
        ],
        WriteJson,
        Stretch: "CALL-ID");

    /// <summary>How the call is, or how it ended: ANSWERED, ACTIVE, BUSY, CANCELLED, NO ANSWER, FAILED, or ATTEMPT while that is open.</summary>
    public static string State(CallRecord call) => (call.State, call.StatusCode) switch
    {
        ("attempt", 486 or 600) => "BUSY",
        ("attempt", 487) => "CANCELLED",
        ("attempt", 408 or 480) => "NO ANSWER",
        ("attempt", >= 300) => "FAILED",
        _ => call.State.ToUpperInvariant(),
    };

    /// <summary>Minutes and seconds from the answer, or <c>-</c>.</summary>
    public static string Talked(CallRecord call)
    {
        if (call.AnswerTime == 0)
        {
            return "-";
        }

        var talked = TimeSpan.FromMilliseconds(Math.Min(call.BillsecMs, 1UL << 40));
        return string.Create(CultureInfo.InvariantCulture, $"{(long)talked.TotalMinutes:00}:{talked.Seconds:00}");
    }

    public static void WriteJson(Utf8JsonWriter json, CallRecord call)
    {
        json.WriteStartObject();
        json.WriteString("call_id", call.CallId);
        json.WriteString("state", call.State);
        json.Time("start_time", call.StartTime);
        json.Time("answer_time", call.AnswerTime);
        json.Time("end_time", call.EndTime);
        json.WriteNumber("duration_ms", call.DurationMs);
        json.WriteNumber("billsec_ms", call.BillsecMs);
        if (call.HasPostDialDelayMs)
        {
            json.WriteNumber("post_dial_delay_ms", call.PostDialDelayMs);
        }

        json.Text("src", call.Src);
        json.Text("dst", call.Dst);
        json.NonZero("status_code", call.StatusCode);
        json.Text("reason", call.Reason);
        json.Text("hangup_by", call.HangupBy);
        json.Text("hangup_cause", call.HangupCause);
        json.Address("source_ip", call.SourceIp);
        json.NonZero("source_port", call.SourcePort);
        json.Address("destination_ip", call.DestinationIp);
        json.NonZero("destination_port", call.DestinationPort);
        json.Text("user", call.User);
        json.Text("aor", call.Aor);
        json.Text("src_user_agent", call.SrcUserAgent);
        json.Text("dst_user_agent", call.DstUserAgent);
        json.Text("destination_class", call.DestinationClass);
        json.Text("sensor_id", call.SensorId);
        json.Text("host", call.Host);
        json.Texts("codecs", call.Codecs);
        if (call.Partial)
        {
            json.WriteBoolean("partial", true);
        }

        if (call.Trace.Count > 0)
        {
            WriteTrace(json, call.Trace);
        }

        json.WriteStartArray("positions");
        foreach (var position in call.Positions)
        {
            json.WriteNumberValue(position);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteTrace(Utf8JsonWriter json, IEnumerable<TraceEntry> trace)
    {
        json.WriteStartArray("trace");
        foreach (var entry in trace)
        {
            json.WriteStartObject();
            json.WriteNumber("offset_us", entry.OffsetUs);
            json.WriteBoolean("from_source", entry.FromSource);
            json.WriteString("summary", entry.Summary);
            if (entry.Retransmission)
            {
                json.WriteBoolean("retransmission", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Or(string text) => text.Length > 0 ? text : "-";
}
