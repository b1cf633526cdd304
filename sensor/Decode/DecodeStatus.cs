namespace SensorNet.Sensor.Decode;

/// <summary>
/// How the decoding of one packet ended. Every packet has exactly one, counted by kind, so that nothing that the
/// sensor does not see goes unnoticed. The names, in snake case, are counter names.
/// </summary>
internal enum DecodeStatus : byte
{
    /// <summary>At least one datagram or whole message was handed on.</summary>
    Delivered,

    /// <summary>A UDP or TCP packet of ports that are not watched.</summary>
    NotSelected,

    /// <summary>No octet of payload: an ACK, a SYN, an empty datagram.</summary>
    NoPayload,

    /// <summary>An IP fragment that waits for the rest of its datagram.</summary>
    FragmentHeld,

    /// <summary>A TCP segment whose octets do not yet end a message, or came before.</summary>
    SegmentHeld,

    /// <summary>A fragment or segment that did not fit into the bounds, or contradicted what came first.</summary>
    ReassemblyRefused,

    /// <summary>The capture kept too few octets of the packet to find its payload.</summary>
    Truncated,

    /// <summary>A link, VLAN, MPLS or PPP header that contradicts itself.</summary>
    MalformedLink,

    /// <summary>An IP header, option or extension header that contradicts itself.</summary>
    MalformedIp,

    /// <summary>A UDP, TCP or tunnel header that contradicts itself.</summary>
    MalformedTransport,

    /// <summary>A HEP packet that contradicts itself.</summary>
    MalformedHep,

    /// <summary>HEP that carries something other than SIP (RTCP, logs, CDRs).</summary>
    HepNotSip,

    /// <summary>More headers inside each other than any real network uses.</summary>
    TooDeep,

    /// <summary>ARP, LLDP, spanning tree and the like.</summary>
    NotIp,

    /// <summary>ICMP and other IP protocols that never carry SIP.</summary>
    UnsupportedProtocol,

    /// <summary>A capture of a link type that is not known here.</summary>
    UnsupportedLinkType,

    /// <summary>Undecodable: SIP over SCTP (RFC 4168) cannot be followed.</summary>
    UndecodableSctp,

    /// <summary>Undecodable: TLS on a watched port.</summary>
    UndecodableTls,

    /// <summary>Undecodable: IPsec ESP.</summary>
    UndecodableEsp,

    /// <summary>The decoder or what follows it failed on this packet; the packet is lost, nothing else is.</summary>
    Fault,
}
