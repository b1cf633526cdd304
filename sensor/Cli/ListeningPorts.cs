using System.Globalization;

namespace SensorNet.Sensor.Cli;

/// <summary>Ports that something on this host listens on, from /proc/net.</summary>
internal static class ListeningPorts
{
    private const string TcpListen = "0A";
    private const string UdpBound = "07";

    private const int Sip = 5060;
    private const int SipTls = 5061;

    /// <summary>Something takes SIP over TLS here and nothing in clear.</summary>
    public static bool TlsOnly(IReadOnlySet<(bool Tcp, int Port)> ports) => TakesTls(ports) && !ports.Contains((false, Sip)) && !ports.Contains((true, Sip));

    /// <summary>Something takes SIP over TLS here.</summary>
    public static bool TakesTls(IReadOnlySet<(bool Tcp, int Port)> ports) => ports.Contains((true, SipTls));

    /// <returns>Pairs of (TCP, port).</returns>
    public static HashSet<(bool Tcp, int Port)> Read()
    {
        var ports = new HashSet<(bool, int)>();
        foreach (var name in (string[])["tcp", "tcp6", "udp", "udp6"])
        {
            var path = $"/proc/net/{name}";
            if (File.Exists(path))
            {
                Read(File.ReadLines(path), name.StartsWith("tcp", StringComparison.Ordinal), ports);
            }
        }

        return ports;
    }

    // "  0: 0100007F:13C4 00000000:0000 0A ...": local address and port in hexadecimal, then the state.
    internal static void Read(IEnumerable<string> lines, bool tcp, HashSet<(bool, int)> ports)
    {
        foreach (var line in lines.Skip(1))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 3
                && parts[3] == (tcp ? TcpListen : UdpBound)
                && parts[1].LastIndexOf(':') is > 0 and var colon
                && int.TryParse(parts[1].AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port))
            {
                ports.Add((tcp, port));
            }
        }
    }
}
