using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SensorNet.Sensor.Decode;

/// <summary>
/// An IPv4 or IPv6 address as two 64-bit words in network order. IPv4 is held as its IPv4-mapped form
/// (RFC 4291 section 2.5.5.2), so that both spellings of one address are equal. <c>default</c> is <c>::</c>.
/// </summary>
internal readonly record struct IpAddress128(ulong High, ulong Low)
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    public bool IsIPv4 => High == 0 && (Low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>Reads 4 or 16 octets in network order.</summary>
    /// <exception cref="ArgumentException">The length is neither 4 nor 16.</exception>
    public static IpAddress128 Read(ReadOnlySpan<byte> octets) => octets.Length switch
    {
        4 => new(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(octets)),
        16 => new(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..])),
        _ => throw new ArgumentException("An IP address has 4 or 16 octets.", nameof(octets)),
    };

    /// <summary>Writes 4 octets for IPv4 (mapped included), else 16, in network order.</summary>
    /// <returns>The number of octets written.</returns>
    public int Write(Span<byte> octets)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)Low);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(octets, High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
        return 16;
    }

    /// <summary>4 or 16 octets in network order, as <c>Event.source_ip</c> wants them.</summary>
    public byte[] ToBytes()
    {
        Span<byte> octets = stackalloc byte[16];
        return octets[..Write(octets)].ToArray();
    }

    public static IpAddress128 From(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var length);
        return Read(octets[..length]);
    }

    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress128 address)
    {
        if (IPAddress.TryParse(text, out var parsed)
            && parsed.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
        {
            address = From(parsed);
            return true;
        }

        address = default;
        return false;
    }

    /// <summary>Octets of the longest address as text.</summary>
    public const int LongestText = 65;

    /// <summary>Writes the usual text of the address, at most <see cref="LongestText"/> octets.</summary>
    /// <returns>The number of octets written.</returns>
    public int Format(Span<byte> text)
    {
        if (!IsIPv4)
        {
            Span<byte> octets = stackalloc byte[16];
            new IPAddress(octets[..Write(octets)]).TryFormat(text, out var length);
            return length;
        }

        var used = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            var number = (uint)(Low >> shift) & 255;
            if (number >= 100)
            {
                text[used++] = (byte)('0' + (number / 100));
            }

            if (number >= 10)
            {
                text[used++] = (byte)('0' + (number / 10 % 10));
            }

            text[used++] = (byte)('0' + (number % 10));
            if (shift > 0)
            {
                text[used++] = (byte)'.';
            }
        }

        return used;
    }

    public override string ToString() => new IPAddress(ToBytes()).ToString();
}
