namespace SensorNet.Sensor.Sip;

/// <summary>
/// What reading a message came to. Everything but <see cref="Ok"/> and <see cref="NotSip"/> is a message that looks
/// like SIP and cannot be tracked; <see cref="SipMessage.ErrorOffset"/> says where.
/// </summary>
internal enum SipStatus : byte
{
    Ok,

    /// <summary>Neither the first line nor any header looks like SIP.</summary>
    NotSip,

    /// <summary>The first line is neither a request line nor a status line (RFC 3261 section 7.1, 7.2).</summary>
    BadStartLine,

    /// <summary>The first line names another version than SIP/2.0.</summary>
    BadVersion,

    /// <summary>The status code is not three digits from 100 to 699.</summary>
    BadStatusCode,

    /// <summary>No line ends: the message was cut in its first line.</summary>
    Truncated,
    MissingVia,
    MissingFrom,
    MissingTo,
    MissingCallId,
    MissingCSeq,
    BadVia,
    BadFrom,
    BadTo,
    BadCallId,
    BadCSeq,

    /// <summary>A quoted string or angle bracket in From or To is never closed.</summary>
    UnbalancedQuote,
}
