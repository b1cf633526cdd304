namespace SensorNet.Sensor.Sip;

/// <summary>
/// A message as it was read: the octets and where things are in them. Valid until its reader reads the next message.
/// Every property is a view; nothing is allocated.
/// </summary>
internal readonly ref struct SipMessage(ReadOnlySpan<byte> data, SipIndex index)
{
    private static readonly SipIndex Nothing = NewNothing();
    private readonly SipIndex _index = index;

    /// <summary>A message without content, for one that was not seen.</summary>
    public static SipMessage Empty => new(default, Nothing);

    public ReadOnlySpan<byte> Data { get; } = data;

    public SipStatus Status => _index.Status;

    /// <summary>Octet at which the reader gave up, for any status but Ok.</summary>
    public int ErrorOffset => _index.ErrorOffset;

    public SipAnomalies Anomalies => _index.Anomalies;

    /// <inheritdoc cref="SipIndex.Unusual"/>
    public bool Unusual => _index.Unusual;

    public bool IsRequest => _index.IsRequest;

    /// <summary>Of a request; None for a reply.</summary>
    public SipMethod Method => _index.Method;

    public ReadOnlySpan<byte> MethodToken => _index.MethodToken.Of(Data);

    public ReadOnlySpan<byte> Uri => _index.Uri.Of(Data);

    /// <summary>100 to 699; 0 for a request.</summary>
    public int StatusCode => _index.StatusCode;

    public ReadOnlySpan<byte> Reason => _index.Reason.Of(Data);

    /// <summary>Stays at its largest value when it would overflow.</summary>
    public ulong CSeq => _index.CSeq;

    public SipMethod CSeqMethod => _index.CSeqMethod;

    public ReadOnlySpan<byte> CSeqMethodToken => _index.CSeqMethodToken.Of(Data);

    public ReadOnlySpan<byte> CallId => First(SipHeaderId.CallId);

    public ReadOnlySpan<byte> From => First(SipHeaderId.From);

    public ReadOnlySpan<byte> To => First(SipHeaderId.To);

    /// <summary>The URI in From; empty unless the status is Ok.</summary>
    public ReadOnlySpan<byte> FromUri => _index.FromUri.Of(Data);

    /// <summary>The URI in To; empty unless the status is Ok.</summary>
    public ReadOnlySpan<byte> ToUri => _index.ToUri.Of(Data);

    public ReadOnlySpan<byte> FromTag => _index.FromTag.Of(Data);

    public ReadOnlySpan<byte> ToTag => _index.ToTag.Of(Data);

    /// <summary>The first Via value.</summary>
    public ReadOnlySpan<byte> TopVia => _index.TopVia.Of(Data);

    public ReadOnlySpan<byte> Branch => _index.Branch.Of(Data);

    public ReadOnlySpan<byte> SentBy => _index.SentBy.Of(Data);

    public ReadOnlySpan<byte> UserAgent => First(SipHeaderId.UserAgent);

    /// <summary>-1 when absent or unreadable.</summary>
    public long ContentLength => _index.ContentLength;

    public int BodyOffset => _index.BodyOffset;

    /// <summary>What follows the header, cut to Content-Length when that is shorter.</summary>
    public ReadOnlySpan<byte> Body
    {
        get
        {
            var body = Data[_index.BodyOffset..];
            return _index.ContentLength >= 0 && _index.ContentLength < body.Length ? body[..(int)_index.ContentLength] : body;
        }
    }

    public bool HasCredentials => Has(SipHeaderId.Authorization) || Has(SipHeaderId.ProxyAuthorization);

    /// <summary>All header lines in their order, unknown ones included.</summary>
    public ReadOnlySpan<SipHeader> Headers => _index.Headers.AsSpan(0, _index.HeaderCount);

    public bool Has(SipHeaderId id) => _index.First[(int)id] >= 0;

    /// <summary>The first line's value, empty when there is none.</summary>
    public ReadOnlySpan<byte> First(SipHeaderId id)
    {
        var i = _index.First[(int)id];
        return i < 0 ? default : _index.Headers[i].Value.Of(Data);
    }

    /// <summary>Number of the first line with that id, -1 when there is none.</summary>
    public int FirstLine(SipHeaderId id) => _index.First[(int)id];

    /// <summary>Number of the next line with the same id, -1 when there is none.</summary>
    public int NextLine(int line) => _index.Headers[line].Next;

    public ReadOnlySpan<byte> Value(int line) => _index.Headers[line].Value.Of(Data);

    public ReadOnlySpan<byte> Name(int line) => Data.Slice(_index.Headers[line].NameOffset, _index.Headers[line].NameLength);

    private static SipIndex NewNothing()
    {
        var index = new SipIndex();
        index.Clear();
        index.Status = SipStatus.NotSip;
        return index;
    }
}
