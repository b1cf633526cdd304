using System.Buffers.Binary;
using System.Text;

namespace SensorNet.Collector.Objects;

/// <summary>Keys of table Rollups.</summary>
/// <remarks>
/// Resolution u8 (0: minutes, 1: hours), dimension u8, bucket u32 (minutes or hours since 1970), value in UTF-8 -> count
/// u64 little-endian. For the dimensions source and user the key ends with the bucket, and the value is a <see cref="TopList"/>.
/// </remarks>
internal static class RollupKeys
{
    public const byte Minutes = 0;
    public const byte Hours = 1;
    private const int Fixed = 6;

    public static bool IsTop(Dimension dimension) => dimension is Dimension.Source or Dimension.User;

    public static byte[] Of(byte resolution, Dimension dimension, uint bucket, string value = "")
    {
        var key = new byte[Fixed + Encoding.UTF8.GetByteCount(value)];
        key[0] = resolution;
        key[1] = (byte)dimension;
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(2), bucket);
        Encoding.UTF8.GetBytes(value, key.AsSpan(Fixed));
        return key;
    }

    public static (uint Bucket, string Value) Parse(byte[] key) =>
        (BinaryPrimitives.ReadUInt32BigEndian(key.AsSpan(2)), Encoding.UTF8.GetString(key.AsSpan(Fixed)));

    /// <summary>Minutes since 1970 of a time in nanoseconds; times outside what the key holds are put at its ends.</summary>
    public static uint MinuteOf(long nanoseconds) => (uint)Math.Clamp(nanoseconds / 60_000_000_000, 0, uint.MaxValue - 1);
}
