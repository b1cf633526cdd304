using System.Buffers.Binary;
using System.Security.Cryptography;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Events;

/// <summary>Community ID flow hashing, version 1 with seed 0: the same text for both directions of a flow in every tool.</summary>
internal static class CommunityId
{
    public static string Of(IpAddress128 source, ushort sourcePort, IpAddress128 destination, ushort destinationPort, TransportKind transport)
    {
        byte protocol = transport switch
        {
            TransportKind.Udp => 17,
            TransportKind.Sctp => 132,
            _ => 6,
        };

        Span<byte> a = stackalloc byte[16];
        Span<byte> b = stackalloc byte[16];
        a = a[..source.Write(a)];
        b = b[..destination.Write(b)];
        if (a.Length != b.Length)
        {
            return "";
        }

        var order = a.SequenceCompareTo(b);
        var swap = order > 0 || (order == 0 && sourcePort > destinationPort);
        Span<byte> buffer = stackalloc byte[2 + 16 + 16 + 2 + 4];
        var length = a.Length;
        buffer[..2].Clear();
        (swap ? b : a).CopyTo(buffer[2..]);
        (swap ? a : b).CopyTo(buffer[(2 + length)..]);
        var i = 2 + (2 * length);
        buffer[i] = protocol;
        buffer[i + 1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(i + 2)..], swap ? destinationPort : sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(i + 4)..], swap ? sourcePort : destinationPort);
        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // The Community ID specification prescribes SHA-1; it is an identifier here, not a safeguard.
        SHA1.HashData(buffer[..(i + 6)], hash);
#pragma warning restore CA5350
        return string.Concat("1:", Convert.ToBase64String(hash));
    }
}
