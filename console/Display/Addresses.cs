using System.Globalization;
using System.Net;
using Google.Protobuf;

namespace SensorNet.Console.Display;

/// <summary>Addresses as text: octets in network order, 4 or 16 of them; anything else is <c>-</c>.</summary>
internal static class Addresses
{
    public static string Of(ByteString octets) => octets.Length is 4 or 16 ? new IPAddress(octets.Span).ToString() : "-";

    private static readonly IPNetwork[] Private =
        [.. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10", "::1/128" }.Select(n => IPNetwork.Parse(n))];

    /// <summary>Whether it is of a network that is not routed in the Internet (RFC 1918, 6598, 3927, 4193, loopback).</summary>
    public static bool IsPrivate(string text) => IPAddress.TryParse(text, out var address) && Array.Exists(Private, n => n.Contains(address));

    /// <summary>Whether a text is an address or a network as people write them; <c>203.0.113</c> is neither.</summary>
    public static bool IsAddressOrNetwork(string text)
    {
        var address = text.Split('/')[0];
        var isWhole = address.Contains(':', StringComparison.Ordinal) || address.Count(c => c == '.') == 3;
        return isWhole && (IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _));
    }

    /// <summary><c>192.0.2.7:5060</c>, <c>[2001:db8::7]:5060</c>; without a port when it is 0.</summary>
    public static string Of(ByteString octets, uint port)
    {
        var address = Of(octets);
        if (port == 0 || address == "-")
        {
            return address;
        }

        return octets.Length == 16
            ? string.Create(CultureInfo.InvariantCulture, $"[{address}]:{port}")
            : string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");
    }
}
