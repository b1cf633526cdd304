using System.Globalization;
using System.Net;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A network: an IPv4 or IPv6 address and how many of its first bits count. A lone address is a full-length prefix.</summary>
internal readonly record struct AddressPrefix
{
    private readonly byte[] _octets;
    private readonly int _bits;

    private AddressPrefix(byte[] octets, int bits)
    {
        _octets = octets;
        _bits = bits;
    }

    public int Bits => _bits;

    public ReadOnlySpan<byte> Octets => _octets;

    public static bool TryParse(string text, out AddressPrefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var octets = address.GetAddressBytes();
        var bits = octets.Length * 8;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > octets.Length * 8))
        {
            return false;
        }

        prefix = new AddressPrefix(octets, bits);
        return true;
    }

    public bool Contains(ReadOnlySpan<byte> address)
    {
        if (_octets is null || address.Length != _octets.Length)
        {
            return false;
        }

        var whole = _bits / 8;
        if (!address[..whole].SequenceEqual(_octets.AsSpan(0, whole)))
        {
            return false;
        }

        var rest = _bits % 8;
        return rest == 0 || (address[whole] ^ _octets[whole]) >> (8 - rest) == 0;
    }
}
