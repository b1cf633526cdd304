namespace SensorNet.Sensor.Sip;

/// <summary>
/// Ways in which a trackable message breaks the RFC or smells of attack. One bit each; the names in events are in
/// <see cref="SipAnomalyNames"/>. The first group is found by the reader, the second by the tracker.
/// </summary>
[Flags]
internal enum SipAnomalies : ulong
{
    None = 0,

    /// <summary>A request without Max-Forwards (RFC 3261 section 8.1.1.6).</summary>
    MissingMaxForwards = 1UL << 0,
    BadMaxForwards = 1UL << 1,

    /// <summary>The top Via is folded over several lines, which fools line-based filters.</summary>
    FoldedVia = 1UL << 2,

    /// <summary>CSeq of 2^31 or more (RFC 3261 section 8.1.1.5).</summary>
    CSeqOverflow = 1UL << 3,

    /// <summary>The method of CSeq is not that of the request line.</summary>
    CSeqMethodMismatch = 1UL << 4,
    UnknownMethod = 1UL << 5,

    /// <summary>Content-Length differs from the octets that follow the header.</summary>
    LooseContentLength = 1UL << 6,

    /// <summary>Content-Length that is no number.</summary>
    BadContentLength = 1UL << 7,

    /// <summary>A header that may stand once stands more often.</summary>
    DuplicateHeader = 1UL << 8,

    /// <summary>Lines end in LF without CR.</summary>
    BareLf = 1UL << 9,

    /// <summary>Start line with more or other white space than one space between its parts.</summary>
    StartLineSpacing = 1UL << 10,

    /// <summary>Request-URI in angle brackets.</summary>
    BracketedUri = 1UL << 11,
    WhitespaceInUri = 1UL << 12,

    /// <summary>Request-URI with embedded headers (RFC 3261 section 19.1.1 forbids them there).</summary>
    HeadersInUri = 1UL << 13,
    UnknownScheme = 1UL << 14,

    /// <summary>Branch that is the magic cookie alone (RFC 4475 section 3.2.1).</summary>
    BadBranch = 1UL << 15,

    /// <summary>No branch or none that starts with the magic cookie: an RFC 2543 client.</summary>
    OldBranch = 1UL << 16,
    MissingFromTag = 1UL << 17,

    /// <summary>INVITE or REGISTER-like request that must have a Contact and has none.</summary>
    MissingContact = 1UL << 18,
    BadDisplayName = 1UL << 19,
    BadDate = 1UL << 20,
    BadContact = 1UL << 21,
    BadAddressSpec = 1UL << 22,
    BadExpires = 1UL << 23,

    /// <summary>More header lines than are looked at.</summary>
    TooManyHeaders = 1UL << 24,

    /// <summary>Control characters in the header.</summary>
    ControlCharacters = 1UL << 25,

    /// <summary>A header line without colon or with an impossible name.</summary>
    BadHeaderLine = 1UL << 26,

    /// <summary>The header does not end: no empty line.</summary>
    UnterminatedHeader = 1UL << 27,

    /// <summary>Call-ID, tag or branch of more than 255 octets.</summary>
    LongIdentifier = 1UL << 28,

    /// <summary>The top Via's sent-by is broken or its port impossible.</summary>
    BadSentBy = 1UL << 29,

    Oversize = 1UL << 32,
    ForeignBye = 1UL << 33,
    ForeignCancel = 1UL << 34,

    /// <summary>A request inside a dialog from an address outside its path (INFO, REFER, UPDATE injection).</summary>
    ForeignRequest = 1UL << 35,
    SqlInHeader = 1UL << 36,
    ScriptInHeader = 1UL << 37,
    TagMismatch = 1UL << 38,
    ViaLoop = 1UL << 39,

    /// <summary>Digest credentials without username, realm, nonce or response (RFC 3261 section 20.7).</summary>
    BadCredentials = 1UL << 40,

    /// <summary>An INVITE inside a dialog from an address outside its path: an attempt to take the call over.</summary>
    ForeignReinvite = 1UL << 41,

    /// <summary>Content-Length below zero.</summary>
    NegativeContentLength = 1UL << 42,

    /// <summary>The caller asks the callee who hangs up for credentials: a digest leak attack.</summary>
    ChallengedBye = 1UL << 43,
}
