using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace SensorNet.Sensor.Tests.Decode;

/// <summary>Builds packets, one layer around the other. Checksums stay 0, as offloading leaves them.</summary>
internal static class Packets
{
    public const string Client = "192.0.2.10";
    public const string Server = "198.51.100.1";
    public const string Client6 = "2001:db8::10";
    public const string Server6 = "2001:db8::1";

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] Big16(int value)
    {
        var octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        return octets;
    }

    public static byte[] Big32(uint value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return octets;
    }

    public static byte[] Ethernet(byte[] payload, int type = 0x0800) =>
        Join([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], Big16(type), payload);

    /// <summary>A tag and what follows it, to be given to <see cref="Ethernet"/> with the tag's type.</summary>
    public static byte[] Vlan(int id, byte[] payload, int type = 0x0800) => Join(Big16(id), Big16(type), payload);

    public static byte[] IPv4(
        int protocol, byte[] payload, string from = Client, string to = Server, byte[]? options = null, int id = 1, int fragment = 0)
    {
        options ??= [];
        return Join(
            [(byte)(0x45 + (options.Length / 4)), 0],
            Big16(20 + options.Length + payload.Length),
            Big16(id),
            Big16(fragment),
            [64, (byte)protocol, 0, 0],
            IPAddress.Parse(from).GetAddressBytes(),
            IPAddress.Parse(to).GetAddressBytes(),
            options,
            payload);
    }

    public static byte[] IPv6(int next, byte[] payload, string from = Client6, string to = Server6) => Join(
        [0x60, 0, 0, 0],
        Big16(payload.Length),
        [(byte)next, 64],
        IPAddress.Parse(from).GetAddressBytes(),
        IPAddress.Parse(to).GetAddressBytes(),
        payload);

    public static byte[] Udp(byte[] payload, int from = 5060, int to = 5060) =>
        Join(Big16(from), Big16(to), Big16(8 + payload.Length), [0, 0], payload);

    public static byte[] Tcp(uint sequence, byte[] payload, int flags = 0x10, int from = 40000, int to = 5060, byte[]? options = null)
    {
        options ??= [];
        return Join(
            Big16(from),
            Big16(to),
            Big32(sequence),
            Big32(1),
            [(byte)((5 + (options.Length / 4)) << 4), (byte)flags, 0xFF, 0xFF, 0, 0, 0, 0],
            options,
            payload);
    }

    /// <summary>Splits the payload of an IPv4 packet into fragments of at most <paramref name="size"/> octets, a multiple of 8.</summary>
    public static List<byte[]> FragmentIPv4(int protocol, byte[] payload, int size, int id = 7)
    {
        var fragments = new List<byte[]>();
        for (var offset = 0; offset < payload.Length; offset += size)
        {
            var end = Math.Min(payload.Length, offset + size);
            var more = end < payload.Length ? 0x2000 : 0;
            fragments.Add(IPv4(protocol, payload[offset..end], id: id, fragment: more | (offset / 8)));
        }

        return fragments;
    }

    /// <summary>The same for IPv6, by the fragment header of RFC 8200 section 4.5.</summary>
    public static List<byte[]> FragmentIPv6(int next, byte[] payload, int size, uint id = 7)
    {
        var fragments = new List<byte[]>();
        for (var offset = 0; offset < payload.Length; offset += size)
        {
            var end = Math.Min(payload.Length, offset + size);
            var field = offset | (end < payload.Length ? 1 : 0);
            fragments.Add(IPv6(44, Join([(byte)next, 0], Big16(field), Big32(id), payload[offset..end])));
        }

        return fragments;
    }

    /// <summary>A SIP request with a body of the given length.</summary>
    public static byte[] Request(string method = "OPTIONS", int body = 0, string callId = "abc@192.0.2.10") => Bytes(
        $"{method} sip:bob@198.51.100.1 SIP/2.0\r\n"
        + "Via: SIP/2.0/TCP 192.0.2.10:5060;branch=z9hG4bK776asdhds\r\n"
        + "Max-Forwards: 70\r\n"
        + "From: <sip:alice@192.0.2.10>;tag=1928301774\r\n"
        + "To: <sip:bob@198.51.100.1>\r\n"
        + $"Call-ID: {callId}\r\n"
        + $"CSeq: 1 {method}\r\n"
        + (body % 2 == 0 ? $"Content-Length: {body}\r\n" : $"l: {body}\r\n")
        + "\r\n"
        + string.Concat(Enumerable.Range(0, body).Select(i => (char)('a' + (i % 26)))));
}
