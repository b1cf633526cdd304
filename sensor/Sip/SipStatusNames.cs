namespace SensorNet.Sensor.Sip;

/// <summary>The reasons of <c>sip.parse.error</c> as events spell them.</summary>
internal static class SipStatusNames
{
    public static string Reason(this SipStatus status) => status switch
    {
        SipStatus.Ok => "ok",
        SipStatus.NotSip => "not_sip",
        SipStatus.BadStartLine => "bad_start_line",
        SipStatus.BadVersion => "bad_version",
        SipStatus.BadStatusCode => "bad_status_code",
        SipStatus.Truncated => "truncated",
        SipStatus.MissingVia => "missing_via",
        SipStatus.MissingFrom => "missing_from",
        SipStatus.MissingTo => "missing_to",
        SipStatus.MissingCallId => "missing_call_id",
        SipStatus.MissingCSeq => "missing_cseq",
        SipStatus.BadVia => "bad_via",
        SipStatus.BadFrom => "bad_from",
        SipStatus.BadTo => "bad_to",
        SipStatus.BadCallId => "bad_call_id",
        SipStatus.BadCSeq => "bad_cseq",
        SipStatus.UnbalancedQuote => "unbalanced_quote",
        _ => "unknown",
    };
}
