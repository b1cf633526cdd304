using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>A call record in the form of an event, so that everything that reads events can read calls.</summary>
internal static class CdrEvent
{
    public static Event Of(CallRecord record)
    {
        var cdr = new Event
        {
            Type = EventType.Cdr,
            SensorId = record.SensorId,
            EventTime = record.EndTime,
            Host = record.Host,
            SourceIp = record.SourceIp,
            SourcePort = record.SourcePort,
            DestinationIp = record.DestinationIp,
            DestinationPort = record.DestinationPort,
            User = record.User,
            Aor = record.Aor,
            UserAgent = record.SrcUserAgent,
            Partial = record.Partial,
            Message = $"Call from {record.Src} to {record.Dst}",
            Call = new Call
            {
                DurationMs = record.DurationMs,
                BillsecMs = record.BillsecMs,
                HangupBy = record.HangupBy,
                HangupCause = record.HangupCause,
                CalleeUserAgent = record.DstUserAgent,
                Destination = record.Dst,
            },
            Sip = new Sip { CallId = record.CallId, Method = "INVITE", StatusCode = record.StatusCode },
        };
        if (record.HasPostDialDelayMs)
        {
            cdr.Call.PostDialDelayMs = record.PostDialDelayMs;
        }

        return cdr;
    }

    /// <summary>As <see cref="Of"/>, for questions about a record: free text is looked for in all that it says, its time is its start.</summary>
    public static Event ForQuery(CallRecord record)
    {
        var e = Of(record);
        e.Severity = Severity.Info;
        e.EventTime = record.StartTime;
        e.Reason = record.Reason;
        e.Enrichment = new Enrichment { DestinationClass = record.DestinationClass };
        e.Sip.Reason = record.Reason;
        e.Sip.From = new SipAddress { Uri = new SipUri { User = record.Src } };
        e.Sip.To = new SipAddress { Uri = new SipUri { User = record.Dst } };
        e.Message = string.Join('\n', e.Message, record.Src, record.Dst, record.CallId, record.User, record.Aor, record.Host, record.Reason, record.SrcUserAgent, record.DstUserAgent, record.HangupCause);
        return e;
    }
}
