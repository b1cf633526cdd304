using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// The /24 or /48 of an address as text, from a small direct-mapped cache: the same few networks come again and again.
/// Not thread-safe.
/// </summary>
internal sealed class NetworkText
{
    private const int Slots = 4096;
    private readonly (ulong Key, string? Text)[] _cache = new (ulong, string?)[Slots];

    public string Of(ReadOnlySpan<byte> address)
    {
        ulong key = address.Length switch
        {
            4 => (BinaryPrimitives.ReadUInt32BigEndian(address) & 0xFFFFFF00) | 1,
            16 => BinaryPrimitives.ReadUInt64BigEndian(address) & 0xFFFF_FFFF_FFFF_0000,
            _ => 0,
        };
        if (address.Length is not (4 or 16))
        {
            return "";
        }

        ref var slot = ref _cache[(int)((key * 0x9E3779B97F4A7C15) >> 52)];
        if (slot.Text is null || slot.Key != key)
        {
            slot = (key, Format(address));
        }

        return slot.Text;
    }

    private static string Format(ReadOnlySpan<byte> address)
    {
        if (address.Length == 4)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{address[0]}.{address[1]}.{address[2]}.0/24");
        }

        Span<byte> network = stackalloc byte[16];
        network.Clear();
        address[..6].CopyTo(network);
        return $"{new IPAddress(network)}/48";
    }
}
