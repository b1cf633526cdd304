using System.Net;
using static SensorNet.Sensor.Tests.Decode.Packets;

namespace SensorNet.Sensor.Tests.Decode;

/// <summary>Builds HEP packets.</summary>
internal static class Hep
{
    public static byte[] Chunk(int type, byte[] value, int vendor = 0) =>
        Join(Big16(vendor), Big16(type), Big16(6 + value.Length), value);

    public static byte[] Version3(
        byte[] payload, uint seconds, uint microseconds = 0, string from = Client, string to = Server, byte protocolType = 1, int payloadType = 15, byte ipProtocol = 17)
    {
        var source = IPAddress.Parse(from).GetAddressBytes();
        var version6 = source.Length == 16;
        var chunks = Join(
            Chunk(1, [(byte)(version6 ? 10 : 2)]),
            Chunk(2, [ipProtocol]),
            Chunk(version6 ? 5 : 3, source),
            Chunk(version6 ? 6 : 4, IPAddress.Parse(to).GetAddressBytes()),
            Chunk(7, Big16(5070)),
            Chunk(8, Big16(5060)),
            Chunk(9, Big32(seconds)),
            Chunk(10, Big32(microseconds)),
            Chunk(11, [protocolType]),
            Chunk(12, Big32(2001)),
            Chunk(14, Bytes("secret")),
            Chunk(99, [1, 2, 3], vendor: 7),
            Chunk(payloadType, payload));
        return Join(Bytes("HEP3"), Big16(6 + chunks.Length), chunks);
    }

    public static byte[] Version1(byte[] payload) => Join(
        [1, 16, 2, 17], Big16(5070), Big16(5060), IPAddress.Parse(Client).GetAddressBytes(), IPAddress.Parse(Server).GetAddressBytes(), payload);

    public static byte[] Version2(byte[] payload, uint seconds, bool littleEndian)
    {
        var clock = Join(Big32(seconds), Big32(250_000), Big16(77));
        if (littleEndian)
        {
            clock = Join([.. Big32(seconds).Reverse()], [.. Big32(250_000).Reverse()], [.. Big16(77).Reverse()]);
        }

        return Join(
            [2, 28, 2, 17], Big16(5070), Big16(5060), IPAddress.Parse(Client).GetAddressBytes(), IPAddress.Parse(Server).GetAddressBytes(), clock, [0, 0], payload);
    }
}
