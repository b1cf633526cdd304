using System.Net;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector.Configuration;

/// <summary>Where the collector answers.</summary>
internal sealed record ListenOptions
{
    /// <summary>TLS endpoint for sensors and remote operators; null: none. Port 0: any free one.</summary>
    public required IPEndPoint? Tls { get; init; }

    /// <summary>Unix socket for operators on this host; empty: <c>collector.sock</c> in the state directory.</summary>
    public required string UnixSocket { get; init; }

    /// <summary>Names and addresses that go into the server certificate beside this host's own.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    public static ListenOptions Read(ConfigurationSection section)
    {
        var address = section.Text("address", "0.0.0.0:7443", "Address and port for TLS; `none` to listen on the unix socket only.");
        return new ListenOptions
        {
            Tls = ParseAddress(address, $"{section.Location}: `listen.address`"),
            UnixSocket = section.Text("unix_socket", "/run/sensornet/collector.sock", "Unix socket for operators on this host, mode 0660; a relative path is taken from state_dir."),
            Names = ReadNames(section),
        };
    }

    private static IReadOnlyList<string> ReadNames(ConfigurationSection section)
    {
        var names = section.List("names", [], "Host names and addresses by which sensors reach this collector, for its certificate.");
        return names.FirstOrDefault(n => Uri.CheckHostName(n) == UriHostNameType.Unknown) is { } wrong
            ? throw section.Wrong("names", $"has `{wrong}`; write host names and addresses, without ports")
            : names;
    }

    /// <summary>Reads <c>ADDRESS:PORT</c> or <c>none</c>.</summary>
    /// <exception cref="ConfigurationException">It is neither; the message begins with <paramref name="where"/>.</exception>
    public static IPEndPoint? ParseAddress(string text, string where)
    {
        if (text == "none")
        {
            return null;
        }

        // Without a port, TryParse gives port 0, which must be asked for.
        return IPEndPoint.TryParse(text, out var endpoint) && (endpoint.Port != 0 || text.EndsWith(":0", StringComparison.Ordinal))
            ? endpoint
            : throw new ConfigurationException($"{where} is `{text}`; it must be ADDRESS:PORT, such as 0.0.0.0:7443 or [::]:7443, or none.");
    }
}
