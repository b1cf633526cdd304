namespace SensorNet.Sensor.Dialogs;

/// <summary>What a payload is, by its first octets.</summary>
internal enum PayloadKind : byte
{
    /// <summary>May be SIP: text that the reader decides on.</summary>
    Text,

    /// <summary>CRLF or double CRLF (RFC 5626 section 3.5.1).</summary>
    CrlfKeepalive,

    /// <summary>Four octets of zero.</summary>
    ZeroKeepalive,
    Stun,
    Rtp,
    Rtcp,
    Dtls,

    /// <summary>None of these: a probe on a SIP port.</summary>
    Other,
}
