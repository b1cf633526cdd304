using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Events;

/// <summary>
/// Community ID flow hashing, version 1 with seed 0: the same text for both directions of a flow in every tool. The texts
/// of recent flows are kept, 4,096 places overwritten on collision, because a phone's events are nearly all of one flow.
/// Not thread-safe.
/// </summary>
internal sealed class CommunityId
{
    /// <summary>Octets of every text: "1:" and 28 of base64.</summary>
    public const int Length = 30;

    private const int Places = 4096;
    private readonly Entry[] _recent = new Entry[Places];

    /// <summary>ASCII, <see cref="Length"/> octets; empty when the two addresses are of different families. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(IpAddress128 source, ushort sourcePort, IpAddress128 destination, ushort destinationPort, TransportKind transport)
    {
        if (source.IsIPv4 != destination.IsIPv4)
        {
            return default;
        }

        var ports = ((uint)sourcePort << 16) | destinationPort;
        var mix = (source.Low * 0x9E37_79B9_7F4A_7C15) ^ (destination.Low * 0xC2B2_AE3D_27D4_EB4F) ^ (ports * 0xD6E8_FEB8_6659_FD93) ^ source.High;
        ref var entry = ref _recent[(int)((mix ^ (mix >> 29)) >> 7) & (Places - 1)];
        if (!entry.Used || entry.Ports != ports || entry.Transport != transport || entry.Source != source || entry.Destination != destination)
        {
            entry.Used = true;
            entry.Source = source;
            entry.Destination = destination;
            entry.Ports = ports;
            entry.Transport = transport;
            Compute(source, sourcePort, destination, destinationPort, transport, entry.Text);
        }

        return entry.Text;
    }

    private static void Compute(
        IpAddress128 source, ushort sourcePort, IpAddress128 destination, ushort destinationPort, TransportKind transport, Span<byte> text)
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
        text[0] = (byte)'1';
        text[1] = (byte)':';
        Base64.EncodeToUtf8(hash, text[2..], out _, out _);
    }

    private struct Entry
    {
        public IpAddress128 Source;
        public IpAddress128 Destination;
        public uint Ports;
        public TransportKind Transport;
        public bool Used;
        public TextOctets Text;
    }

    [InlineArray(Length)]
    private struct TextOctets
    {
        private byte _first;
    }
}
