using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// The kernel's filter for the configured ports. A plain <c>port 5060</c> would lose everything whose ports are not where the
/// filter looks: later IPv4 fragments, all IPv6 fragments and extension headers, tunnels and labels. Those pass whole, and the
/// decoder sorts them out.
/// </summary>
internal static class BpfFilter
{
    /// <summary>The filter in pcap's language; empty when everything must pass (<see cref="DecodeOptions.AnyPort"/>).</summary>
    /// <param name="options">Ports to look for.</param>
    /// <param name="withLink">Include VLAN tags, labels and PPPoE, which link types without them do not know.</param>
    public static string For(DecodeOptions options, bool withLink)
    {
        if (options.AnyPort)
        {
            return "";
        }

        var clauses = new List<string>();
        var streams = options.SipPorts.Union(options.TlsPorts).Union(options.WebSocketPorts).Union(options.HepPorts);
        var datagrams = options.SipPorts.Union(options.HepPorts);
        AddPorts(clauses, "udp", datagrams);
        AddPorts(clauses, "tcp", streams);
        AddPorts(clauses, "sctp", options.SipPorts);
        AddPorts(clauses, "udp dst", options.VxlanPorts.Union(options.GtpPorts));

        // GRE and ERSPAN, IP in IP, IPv6 in IP, MPLS in IP.
        clauses.AddRange(["proto 47", "proto 4", "ip proto 41", "ip6 proto 41", "proto 137"]);

        // Fragments that do not carry ports, and IPv6 extension headers behind which the filter cannot look.
        clauses.Add("ip[6:2] & 0x1fff != 0");
        clauses.Add("ip6[6] == 44");
        clauses.Add("ip6[6] == 0");
        clauses.Add("ip6[6] == 43");
        clauses.Add("ip6[6] == 60");
        clauses.Add("ip6[6] == 51");

        var inner = string.Join(" or ", clauses);
        if (!withLink)
        {
            return inner;
        }

        // Each 'vlan' moves all offsets after it by one tag, so these come last: untagged, one tag, two tags.
        return $"ether proto 0x8847 or ether proto 0x8848 or ether proto 0x8864 or {inner} or (vlan and ({inner})) or (vlan and ({inner}))";
    }

    private static void AddPorts(List<string> clauses, string protocol, PortSet ports)
    {
        foreach (var (first, last) in ports.Ranges)
        {
            clauses.Add(first == last ? $"{protocol} port {first}" : $"{protocol} portrange {first}-{last}");
        }
    }
}
