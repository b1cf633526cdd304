using System.Globalization;
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
            throw new ConfigurationException($"notify.level is '{level}'; it must be low, medium, high or critical.");
        }

        Uri? address = null;
        if (webHook.Length > 0 && (!Uri.TryCreate(webHook, UriKind.Absolute, out address) || address.Scheme is not ("http" or "https")))
        {
            throw new ConfigurationException($"notify.webhook is '{webHook}'; it must be an address such as https://example.com/hook.");
        }

        return new NotifyOptions
        {
            Level = minimum,
            Command = command,
            WebHook = address,
            WebHookSecret = secretFile.Length > 0 ? ReadSecret(secretFile) : "",
            Syslog = ParseSyslog(syslog),
        };
    }

    private static string ReadSecret(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"notify.webhook_secret_file cannot be read: {e.Message}", e);
        }
    }

    private static (string Host, int Port) ParseSyslog(string text)
    {
        const int Standard = 514;
        var colon = text.LastIndexOf(':');
        if (colon < 0 || text.EndsWith(']') || text.IndexOf(':', StringComparison.Ordinal) != colon && !text.StartsWith('['))
        {
            return (text.Trim('[', ']'), Standard);
        }

        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65535)
        {
            throw new ConfigurationException($"notify.syslog is '{text}'; it must be HOST or HOST:PORT.");
        }

        return (text[..colon].Trim('[', ']'), port);
    }
}
