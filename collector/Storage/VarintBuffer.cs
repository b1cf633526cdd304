namespace SensorNet.Collector.Storage;

/// <summary>A growing buffer of numbers written 7 bits a byte, least first.</summary>
internal sealed class VarintBuffer
{
    private byte[] bytes = new byte[4096];
    private int length;

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

    public void Clear() => length = 0;

    public void Write(ulong value)
    {
        if (bytes.Length - length < 10)
        {
            Array.Resize(ref bytes, bytes.Length * 2);
        }

        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[length++] = (byte)value;
    }

    /// <summary>Takes a number off the front; false at the end or at a number longer than 64 bits.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (var i = 0; i < source.Length && i < 10; i++)
        {
            value |= (ulong)(source[i] & 0x7F) << (7 * i);
            if (source[i] < 0x80)
            {
                source = source[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
