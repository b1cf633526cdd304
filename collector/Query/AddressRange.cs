using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SensorNet.Collector.Query;

/// <summary>An address or a network, IPv4 or IPv6; IPv4-mapped IPv6 is IPv4.</summary>
internal readonly struct AddressRange
{
    private readonly UInt128 network;
    private readonly UInt128 mask;

    private AddressRange(UInt128 network, UInt128 mask, bool isIPv4)
    {
        this.network = network & mask;
        this.mask = mask;
        IsIPv4 = isIPv4;
    }

    public bool IsIPv4 { get; }

    /// <summary>Lowest and highest address, IPv4 in the lower 32 bits.</summary>
    public (UInt128 Low, UInt128 High) Bounds => (network, network | (IsIPv4 ? uint.MaxValue & ~mask : ~mask));

    /// <exception cref="QueryException">It is neither.</exception>
    public static AddressRange Parse(string text, int column = 0) =>
        TryParse(text, out var range) ? range : throw new QueryException($"\"{text}\" is no IP address and no network such as 203.0.113.0/24", column);

    public static bool TryParse(ReadOnlySpan<char> text, out AddressRange range)
    {
        range = default;
        var slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address) || (address.AddressFamily == AddressFamily.InterNetwork && text.Count('.') != 3))
        {
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        var bits = isIPv4 ? 32 : 128;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            return false;
        }

        var all = isIPv4 ? uint.MaxValue : UInt128.MaxValue;
        var mask = length == 0 ? UInt128.Zero : (all << (bits - length)) & all;
        range = new AddressRange(Number(address.GetAddressBytes()), mask, isIPv4);
        return true;
    }

    /// <summary>Whether an address of 4 or 16 octets lies within.</summary>
    public bool Contains(ReadOnlySpan<byte> octets)
    {
        if (octets.Length == 16 && octets[..10].IndexOfAnyExcept((byte)0) < 0 && octets[10] == 0xFF && octets[11] == 0xFF)
        {
            octets = octets[12..];
        }

        return octets.Length == (IsIPv4 ? 4 : 16) && (Number(octets) & mask) == network;
    }

    private static UInt128 Number(ReadOnlySpan<byte> octets) =>
        octets.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt128BigEndian(octets);
}
