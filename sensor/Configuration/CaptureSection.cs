using System.Net;
using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Configuration;

/// <summary>Reads <c>capture</c>: where packets come from and which of them are looked at.</summary>
internal static class CaptureSection
{
    /// <returns>The options, and the ports on which a payload that is not SIP is a probe.</returns>
    /// <exception cref="ConfigurationException">An impossible value.</exception>
    public static (CaptureOptions Options, PortSet SipPorts) Read(ConfigurationSection section)
    {
        var plain = new CaptureOptions();
        var decode = ReadDecode(section, out var ports);
        var filter = section.Text("filter", "", "A pcap filter in place of the one made from the ports; empty: made from the ports.");
        var options = plain with
        {
            Interfaces = section.List("interfaces", [], "Interfaces to capture on, e.g. [eth0]; `any` for all; empty: none."),
            Decode = decode,
            Hep = ReadHep(section.Section("hep")),
            Filter = filter.Length > 0 ? filter : null,
            Promiscuous = section.Flag("promiscuous", plain.Promiscuous, "See packets to and from other hosts too (a mirror port needs it)."),
            KernelBufferBytes = (int)section.Size("kernel_buffer", plain.KernelBufferBytes, 1 << 20, 1 << 30, "Kernel buffer per capture handle."),
            SnapLength = (int)section.Size("snap_length", plain.SnapLength, 2048, 262_144, "Octets kept of each packet."),
            BlockTimeout = section.Duration("block_timeout", plain.BlockTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), "How long the kernel may hold packets back: the delay from wire to event."),
            ThreadsPerInterface = (int)section.Integer("threads_per_interface", plain.ThreadsPerInterface, 1, 16, "Capture threads per interface; above 1 the kernel spreads packets over them by flow."),
        };
        if (options.Validate().FirstOrDefault() is { } problem)
        {
            throw new ConfigurationException($"{section.Location}: `capture`: {problem}");
        }

        return (options, ports);
    }

    private static DecodeOptions ReadDecode(ConfigurationSection section, out PortSet ports)
    {
        var plain = new DecodeOptions();
        var words = section.List("ports", [plain.SipPorts.ToString()], "Ports of SIP, as numbers and ranges (5060-5091); `auto`: SIP is found on every port by its content.");
        var any = words.Contains("auto");
        var named = words.Where(w => w != "auto").ToList();
        ports = named.Count == 0 ? plain.SipPorts : Ports(section, "ports", named);
        return plain with
        {
            SipPorts = ports,
            AnyPort = any,
            TlsPorts = Ports(section, "tls_ports", section.List("tls_ports", [plain.TlsPorts.ToString()], "TCP ports whose TLS is expected: counted, never reported as a probe.")),
            WebSocketPorts = Ports(section, "websocket_ports", section.List("websocket_ports", [plain.WebSocketPorts.ToString()], "TCP ports of SIP over WebSocket (RFC 7118), unencrypted.")),
            HepPorts = Ports(section, "hep_ports", section.List("hep_ports", [], "Ports on which captured packets are HEP, to be unwrapped; none by default, because a host that also sends its SIP to a HEP collector would have every message counted twice.")),
            VxlanPorts = Ports(section, "vxlan_ports", section.List("vxlan_ports", [plain.VxlanPorts.ToString()], "UDP ports of VXLAN.")),
            GtpPorts = Ports(section, "gtp_ports", section.List("gtp_ports", [plain.GtpPorts.ToString()], "UDP ports of GTP-U.")),
            MaxFragmentedDatagrams = (int)section.Integer("max_fragmented_datagrams", plain.MaxFragmentedDatagrams, 16, 16_777_216, "IP datagrams under reassembly at once; the oldest makes room."),
            MaxTcpStreams = (int)section.Integer("max_tcp_streams", plain.MaxTcpStreams, 16, 16_777_216, "TCP directions followed at once; the idlest makes room."),
            MaxTcpBytes = (int)section.Size("max_tcp_bytes", plain.MaxTcpBytes, 1 << 20, 1 << 30, "Octets held for TCP reassembly altogether."),
        };
    }

    private static HepListenOptions? ReadHep(ConfigurationSection section)
    {
        var listen = section.Text("listen", "", "Local address on which HEP is received from capture agents, e.g. 127.0.0.1; empty: not at all. HEP has no authentication: what comes in is believed.");
        var port = (int)section.Integer("port", 9060, 1, 65535, "UDP and TCP port of the HEP listener.");
        var senders = section.List("allowed_senders", [], "Networks whose HEP is taken, e.g. [192.0.2.0/24]; empty: anyone's.");
        var connections = (int)section.Integer("max_connections", 256, 1, 65536, "HEP connections over TCP at once.");
        if (listen.Length == 0)
        {
            return null;
        }

        if (!IPAddress.TryParse(listen, out var address))
        {
            throw new ConfigurationException($"{section.Location}: `capture.hep.listen` is `{listen}`; it must be a local IP address such as 127.0.0.1 or ::.");
        }

        var networks = new List<IPNetwork>();
        foreach (var sender in senders)
        {
            networks.Add(IPNetwork.TryParse(sender.Contains('/', StringComparison.Ordinal) ? sender : $"{sender}/{(sender.Contains(':', StringComparison.Ordinal) ? 128 : 32)}", out var network)
                ? network
                : throw new ConfigurationException($"{section.Location}: `capture.hep.allowed_senders` has `{sender}`; it must be networks such as 192.0.2.0/24 (no bits set behind the prefix) or single addresses."));
        }

        return new HepListenOptions(address, port) { AllowedSenders = networks, MaxConnections = connections };
    }

    private static PortSet Ports(ConfigurationSection section, string key, IReadOnlyList<string> words)
    {
        try
        {
            return words.Count == 0 ? PortSet.Empty : PortSet.Parse(string.Join(", ", words));
        }
        catch (FormatException problem)
        {
            throw new ConfigurationException($"{section.Location}: `capture.{key}`: {problem.Message}");
        }
    }
}
