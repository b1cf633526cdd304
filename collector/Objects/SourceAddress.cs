using System.Buffers.Binary;
using System.Net;

namespace SensorNet.Collector.Objects;

/// <summary>A source's address as a dictionary key; IPv4 and IPv4-mapped IPv6 are one. Its hash is keyed anew in every process.</summary>
internal readonly record struct SourceAddress(UInt128 Value)
{
    /// <summary>Reads 4 or 16 octets in network order; false for any other length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out SourceAddress address)
    {
        switch (octets.Length)
        {
            case 4:
                address = new SourceAddress(((UInt128)0xFFFF << 32) | BinaryPrimitives.ReadUInt32BigEndian(octets));
                return true;
            case 16:
                address = new SourceAddress(BinaryPrimitives.ReadUInt128BigEndian(octets));
                return true;
            default:
                address = default;
                return false;
        }
    }

    public override int GetHashCode() => HashCode.Combine((ulong)(Value >> 64), (ulong)Value);

    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, Value);
        return (Value >> 32) == 0xFFFF ? new IPAddress(octets[12..]).ToString() : new IPAddress(octets).ToString();
    }
}
