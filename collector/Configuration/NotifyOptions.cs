using System.Globalization;
using System.Net;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Proto.Configuration;
using SensorNet.V1;

namespace SensorNet.Collector.Configuration;

/// <summary>Who outside is told of alerts.</summary>
internal sealed record NotifyOptions
{
    /// <summary>The lowest level that is told.</summary>
    public required AlertLevel Level { get; init; }

    /// <summary>A program; empty: none.</summary>
    public required string Command { get; init; }

    /// <summary>Where alerts are posted; null: nowhere.</summary>
    public required Uri? WebHook { get; init; }

    /// <summary>The key of the web hook's signature; empty: unsigned.</summary>
    public required string WebHookSecret { get; init; }

    /// <summary>Host and port of a syslog receiver; host empty: none.</summary>
    public required (string Host, int Port) Syslog { get; init; }

    public static NotifyOptions Read(ConfigurationSection section)
    {
        var level = section.Text("level", "high", "Lowest level of alerts that is told: low, medium, high or critical.");
        var command = section.Text("command", "", "Program to run for each alert, and for each source that is blocked or no longer (SENSORNET_CHANGE is block, unblock); JSON on its standard input; empty: none.");
        var webHook = section.Text("webhook", "", "Address (http or https) to which alerts and blocks are posted as JSON; empty: none.");
        var secretFile = section.Text("webhook_secret_file", "", "File with the key that signs the posts (header X-SensorNet-Signature, HMAC-SHA256); empty: unsigned.");
        var syslog = section.Text("syslog", "", "HOST or HOST:PORT to which alerts and blocks are sent as RFC 5424 syslog over UDP; empty: none.");
        if (!RuleLevel.TryParse(level, out var minimum))
        {
            throw section.Wrong("level", $"is `{level}`; it must be low, medium, high or critical");
        }

        Uri? address = null;
        if (webHook.Length > 0 && (!Uri.TryCreate(webHook, UriKind.Absolute, out address) || address.Scheme is not ("http" or "https")))
        {
            throw section.Wrong("webhook", $"is `{webHook}`; it must be an address such as https://example.com/hook");
        }

        if (command.Length > 0 && !File.Exists(command))
        {
            throw section.Wrong("command", $"is `{command}`, which is no file; it must be a program's path, without arguments");
        }

        return new NotifyOptions
        {
            Level = minimum,
            Command = command,
            WebHook = address,
            WebHookSecret = secretFile.Length > 0 ? ReadSecret(section, secretFile) : "",
            Syslog = ParseSyslog(section, syslog),
        };
    }

    private static string ReadSecret(ConfigurationSection section, string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw section.Wrong("webhook_secret_file", $"cannot be read: {e.Message.TrimEnd('.')}");
        }
    }

    private static (string Host, int Port) ParseSyslog(ConfigurationSection section, string text)
    {
        const int Standard = 514;
        if (text.Length == 0)
        {
            return ("", Standard);
        }

        // The colons of a bare IPv6 address part no port.
        var colon = text.LastIndexOf(':');
        var bare = colon < 0 || text.EndsWith(']') || (text[0] != '[' && IPAddress.TryParse(text, out _));
        var (host, port) = bare ? (text, Standard)
            : (text[..colon], int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
        host = host.Trim('[', ']');
        return port is > 0 and <= 65535 && Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? (host, port)
            : throw section.Wrong("syslog", $"is `{text}`; it must be HOST or HOST:PORT");
    }
}
