using System.Diagnostics.CodeAnalysis;
using SensorNet.Rpc;

namespace SensorNet.Sensor.Uplink;

/// <summary>Collector addresses as people write them: <c>host</c>, <c>host:port</c>, <c>[::1]:port</c>, <c>unix:/path</c>.</summary>
internal static class CollectorAddress
{
    public const int DefaultPort = 7443;

    /// <summary>Brings an address into the form that a channel wants.</summary>
    /// <param name="text">As written.</param>
    /// <param name="address"><c>https://host:port</c> or <c>unix:/path</c>.</param>
    /// <param name="problem">What is wrong with it, when it is neither.</param>
    public static bool TryNormalize(string text, [NotNullWhen(true)] out string? address, [NotNullWhen(false)] out string? problem)
    {
        address = problem = null;
        if (RpcChannel.IsUnix(text))
        {
            address = text;
            problem = text.Length > "unix:/".Length && text["unix:".Length..].StartsWith('/') ? null : "a unix address needs an absolute path: unix:/run/sensornet/collector.sock.";
            return problem is null;
        }

        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Scheme != "https" || uri.Host.Length == 0 || uri.PathAndQuery != "/")
        {
            problem = "write host:port, such as collector.example:7443, or unix:/path.";
            return false;
        }

        var port = uri.IsDefaultPort ? DefaultPort : uri.Port;
        address = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"https://{uri.Host}:{port}");
        return true;
    }

    /// <summary>Whether the address is this host's own.</summary>
    public static bool IsLocal(string address) =>
        RpcChannel.IsUnix(address) || (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback);
}
