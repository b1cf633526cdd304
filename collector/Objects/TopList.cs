using System.Buffers.Binary;
using System.Text;

namespace SensorNet.Collector.Objects;

/// <summary>
/// The stored form of a bucket's most frequent values: per value its length u8, the value in UTF-8 and its count u64
/// little-endian, the most frequent first. Counts are exact as long as no value was left out.
/// </summary>
internal static class TopList
{
    private const int LongestValue = 255;

    /// <summary>Encodes the <paramref name="keep"/> most frequent values.</summary>
    public static byte[] Encode(Dictionary<string, ulong> counts, int keep)
    {
        var bytes = new List<byte>();
        Span<byte> number = stackalloc byte[8];
        foreach (var (value, count) in counts.OrderByDescending(v => v.Value).Take(keep))
        {
            var utf8 = Encoding.UTF8.GetBytes(value).AsSpan();
            utf8 = utf8[..Math.Min(utf8.Length, LongestValue)];
            bytes.Add((byte)utf8.Length);
            bytes.AddRange(utf8);
            BinaryPrimitives.WriteUInt64LittleEndian(number, count);
            bytes.AddRange(number);
        }

        return [.. bytes];
    }

    public static Dictionary<string, ulong> Decode(ReadOnlySpan<byte> bytes)
    {
        var counts = new Dictionary<string, ulong>();
        while (bytes.Length > 0 && bytes.Length >= 9 + bytes[0])
        {
            counts[Encoding.UTF8.GetString(bytes.Slice(1, bytes[0]))] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(1 + bytes[0])..]);
            bytes = bytes[(9 + bytes[0])..];
        }

        return counts;
    }
}
