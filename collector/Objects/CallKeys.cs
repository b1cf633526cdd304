using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SensorNet.Collector.Objects;

/// <summary>Keys of table Calls.</summary>
/// <remarks>
/// 0, start time u64, Call-ID, 0, sensor -> CallRecord; 1, Call-ID, 0, sensor -> start time u64. A Call-ID longer than 200
/// octets stands in keys as the hex of its SHA-256.
/// </remarks>
internal static class CallKeys
{
    private const int LongestCallId = 200;

    public static byte[] ByTimePrefix { get; } = [0];

    public static byte[] ByTime(long start) => Concat([0], Time(start));

    public static byte[] ByTime(long start, string callId, string sensorId) =>
        Concat([0], Time(start), CallIdOctets(callId), [0], Encoding.UTF8.GetBytes(sensorId));

    public static byte[] ByCallId(string callId, string sensorId) =>
        Concat([1], CallIdOctets(callId), [0], Encoding.UTF8.GetBytes(sensorId));

    /// <summary>What the keys of all sensors that saw the call begin with.</summary>
    public static byte[] ByCallId(string callId) => Concat([1], CallIdOctets(callId), [0]);

    /// <summary>The sensor in a key made by <see cref="ByCallId(string, string)"/>.</summary>
    public static string SensorOf(byte[] key) => Encoding.UTF8.GetString(key.AsSpan(key.AsSpan(1).IndexOf((byte)0) + 2));

    public static long StartOf(ReadOnlySpan<byte> value) => (long)BinaryPrimitives.ReadUInt64BigEndian(value);

    public static byte[] Time(long nanoseconds)
    {
        var octets = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(octets, (ulong)Math.Max(0, nanoseconds));
        return octets;
    }

    private static byte[] CallIdOctets(string callId)
    {
        var octets = Encoding.UTF8.GetBytes(callId);
        return octets.Length <= LongestCallId && !octets.AsSpan().Contains((byte)0)
            ? octets
            : Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(octets)));
    }

    private static byte[] Concat(params ReadOnlySpan<byte[]> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += part.Length;
        }

        var key = new byte[length];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(key, at);
            at += part.Length;
        }

        return key;
    }
}
