namespace SensorNet.Sensor.Sip;

/// <summary>
/// Where everything is in the message that was read last: offsets only, no octets. Reused from message to message, so
/// that reading allocates nothing; about 6 KB.
/// </summary>
internal sealed class SipIndex
{
    /// <summary>Header lines that are looked at; more are an anomaly and stay unread.</summary>
    public const int MaxHeaders = 256;

    public readonly SipHeader[] Headers = new SipHeader[MaxHeaders];

    /// <summary>First and last header line by id, -1 when there is none.</summary>
    public readonly short[] First = new short[(int)SipHeaderId.Count];
    public readonly short[] Last = new short[(int)SipHeaderId.Count];
    public int HeaderCount;

    /// <summary>A bit for each id that stands on more than one line.</summary>
    public ulong Repeated;
    public SipStatus Status;
    public int ErrorOffset;
    public SipAnomalies Anomalies;

    /// <summary>Of a request: false proves that the header holds no control characters and nothing that an injection cannot do without.</summary>
    public bool Unusual;
    public bool IsRequest;
    public SipMethod Method;
    public SipSlice MethodToken;
    public SipSlice Uri;
    public int StatusCode;
    public SipSlice Reason;
    public ulong CSeq;
    public SipMethod CSeqMethod;
    public SipSlice CSeqMethodToken;
    public SipSlice FromUri;
    public SipSlice FromTag;
    public SipSlice ToUri;
    public SipSlice ToTag;
    public SipSlice TopVia;
    public SipSlice Branch;
    public SipSlice SentBy;

    /// <summary>Offset behind the empty line that ends the header; the length of the message when there is none.</summary>
    public int BodyOffset;

    /// <summary>The value of Content-Length, -1 when absent or unreadable.</summary>
    public long ContentLength;

    public void Clear()
    {
        First.AsSpan().Fill(-1);
        HeaderCount = 0;
        Repeated = 0;
        Status = SipStatus.Ok;
        ErrorOffset = 0;
        Anomalies = SipAnomalies.None;
        Unusual = false;
        IsRequest = false;
        Method = SipMethod.None;
        MethodToken = default;
        Uri = default;
        StatusCode = 0;
        Reason = default;
        CSeq = 0;
        CSeqMethod = SipMethod.None;
        CSeqMethodToken = default;
        FromUri = default;
        FromTag = default;
        ToUri = default;
        ToTag = default;
        TopVia = default;
        Branch = default;
        SentBy = default;
        BodyOffset = 0;
        ContentLength = -1;
    }
}
