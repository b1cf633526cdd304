using System.Net;
using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Logs;

namespace SensorNet.Sensor.Configuration;

/// <summary>Reads <c>logs.journal</c> and <c>logs.syslog</c>: log sources that are no files.</summary>
internal static class LogNetworkSection
{
    public static JournalOptions? Journal(ConfigurationSection section)
    {
        var plain = new JournalOptions();
        var enabled = section.Flag("enabled", false, "Follow the systemd journal. Do not follow files of the same programs as well: their lines would count twice.");
        var options = plain with
        {
            Program = section.Text("program", plain.Program, "journalctl's path."),
            Arguments = section.List("arguments", [], "Arguments that choose records, e.g. [--unit=ssh, --unit=kamailio]; empty: all."),
        };
        return enabled ? options : null;
    }

    /// <exception cref="ConfigurationException">An address that is none.</exception>
    public static SyslogOptions? Syslog(ConfigurationSection section)
    {
        var plain = new SyslogOptions();
        var udp = EndPoint(section, "udp", "Take syslog by UDP here, e.g. 127.0.0.1:5514; empty: not. Anyone who can reach it can write events: keep it local or behind a firewall.");
        var tcp = EndPoint(section, "tcp", "Take syslog by TCP here, octet-counted or by lines; empty: not.");
        var certificate = section.Text("certificate", "", "PEM file with certificate and key: TCP connections are TLS.");
        var connections = (int)section.Integer("max_connections", plain.MaxConnections, 1, 65_536, "TCP connections at a time.");
        return udp is null && tcp is null ? null : new SyslogOptions { Udp = udp, Tcp = tcp, Certificate = certificate.Length > 0 ? certificate : null, MaxConnections = connections };
    }

    private static IPEndPoint? EndPoint(ConfigurationSection section, string key, string description)
    {
        var text = section.Text(key, "", description);
        return text.Length == 0 ? null
            : IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port > 0 ? endPoint
            : throw new ConfigurationException($"{section.Location}: `logs.syslog.{key}` is `{text}`; write an address and a port, e.g. 127.0.0.1:5514 or [::1]:5514.");
    }
}
