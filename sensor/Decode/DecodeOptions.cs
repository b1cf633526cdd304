namespace SensorNet.Sensor.Decode;

/// <summary>What the decoder looks for, and how much it may remember while doing so.</summary>
internal sealed record DecodeOptions
{
    /// <summary>
    /// Ports on which SIP is expected over UDP and TCP; everything else that arrives there is handed on too, so that
    /// probes can be told. The default covers 5060-5091 (registered ports and the spares that servers commonly use)
    /// and 5160-5161.
    /// </summary>
    public PortSet SipPorts { get; init; } = PortSet.Parse("5060-5091, 5160-5161");

    /// <summary><c>ports: auto</c>: SIP is also found on every other port, by its start line.</summary>
    public bool AnyPort { get; init; }

    /// <summary>TCP ports whose TLS is expected, thus counted as undecodable and never reported as a probe.</summary>
    public PortSet TlsPorts { get; init; } = PortSet.Of(5061);

    /// <summary>
    /// TCP ports that carry SIP over WebSocket (RFC 7118), unencrypted; by default those of FreeSWITCH and Asterisk. The ports of
    /// ordinary web servers are left out: all their traffic would be captured.
    /// </summary>
    public PortSet WebSocketPorts { get; init; } = PortSet.Of(5066, 8088);

    /// <summary>
    /// UDP and TCP ports on which captured packets are HEP, to be unwrapped. None by default: a host that also sends its SIP
    /// to a HEP collector would have every message counted twice. Capture files add 9060.
    /// </summary>
    public PortSet HepPorts { get; init; } = PortSet.Empty;

    /// <summary>
    /// HEP version 3 is also unwrapped on every other UDP port, by its magic. Right for capture files; on a live link
    /// it would let anyone who can reach any port inject traffic.
    /// </summary>
    public bool HepOnAnyPort { get; init; }

    /// <summary>
    /// How far the time inside a HEP packet may be from its arrival; beyond it the arrival counts, and so does
    /// <c>hep.bad_time</c>: one wrong clock must not expire everybody's calls. null: believed as it is, which is right for files.
    /// </summary>
    public TimeSpan? HepMaxClockSkew { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>UDP destination ports of VXLAN (RFC 7348; 8472 is Linux's older default).</summary>
    public PortSet VxlanPorts { get; init; } = PortSet.Of(4789, 8472);

    /// <summary>UDP destination ports of GTP-U (3GPP TS 29.281).</summary>
    public PortSet GtpPorts { get; init; } = PortSet.Of(2152);

    /// <summary>IP datagrams under reassembly at once; the oldest makes room.</summary>
    public int MaxFragmentedDatagrams { get; init; } = 4096;

    /// <summary>Octets held for IP reassembly altogether.</summary>
    public int MaxFragmentBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long fragments wait for the rest, in packet time (RFC 791 suggests 15 s, RFC 8200 60 s).</summary>
    public TimeSpan FragmentTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>TCP directions followed at once; the one idle longest makes room.</summary>
    public int MaxTcpStreams { get; init; } = 65536;

    /// <summary>Octets held for TCP reassembly altogether.</summary>
    public int MaxTcpBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Octets that one TCP direction may hold: an incomplete message and what came out of order after it.</summary>
    public int MaxTcpStreamBytes { get; init; } = 256 * 1024;

    /// <summary>How long a hole in a TCP stream may stay open, in packet time, before the stream goes on behind it.</summary>
    public TimeSpan TcpGapTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest SIP message that is put together from a stream; a longer one is handed on cut.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024;
}
