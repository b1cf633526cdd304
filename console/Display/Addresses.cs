using System.Globalization;
using System.Net;
using Google.Protobuf;

namespace SensorNet.Console.Display;

/// <summary>Addresses as text: octets in network order, 4 or 16 of them; anything else is <c>-</c>.</summary>
internal static class Addresses
{
    public static string Of(ByteString octets) => octets.Length is 4 or 16 ? new IPAddress(octets.Span).ToString() : "-";

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
