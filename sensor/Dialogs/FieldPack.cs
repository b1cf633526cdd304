namespace SensorNet.Sensor.Dialogs;

/// <summary>A few texts behind each other, each with its length in one octet, or in two from 128 on: how an entry keeps what its events will say.</summary>
internal static class FieldPack
{
    /// <summary>Lengths from here on, up to 32,767, take two octets: the first has this bit.</summary>
    private const int Long = 0x80;

    /// <summary>Appends a text, cut at a length, and returns the octets used in all; a text that no longer fits is left empty.</summary>
    public static int Append(Span<byte> buffer, int used, ReadOnlySpan<byte> text, int longest)
    {
        var length = Math.Min(text.Length, longest);
        if (used + 2 + length > buffer.Length)
        {
            length = 0;
            if (used + 2 > buffer.Length)
            {
                return used;
            }
        }

        if (length >= Long)
        {
            buffer[used++] = (byte)(Long | (length >> 8));
        }

        buffer[used++] = (byte)length;
        text[..length].CopyTo(buffer[used..]);
        return used + length;
    }

    /// <summary>The text with that number, empty when there are fewer.</summary>
    public static ReadOnlySpan<byte> Get(ReadOnlySpan<byte> buffer, int number)
    {
        while (!buffer.IsEmpty)
        {
            int length = buffer[0];
            var start = 1;
            if (length >= Long && buffer.Length > 1)
            {
                length = ((length & (Long - 1)) << 8) | buffer[1];
                start = 2;
            }

            if (start + length > buffer.Length)
            {
                break;
            }

            if (number == 0)
            {
                return buffer.Slice(start, length);
            }

            buffer = buffer[(start + length)..];
            number--;
        }

        return default;
    }
}
