using System.Buffers.Binary;

namespace SensorNet.Sensor.Dialogs;

/// <summary>A few texts behind each other, each with its length in two octets: how an entry keeps what its events will say.</summary>
internal static class FieldPack
{
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

        BinaryPrimitives.WriteUInt16LittleEndian(buffer[used..], (ushort)length);
        text[..length].CopyTo(buffer[(used + 2)..]);
        return used + 2 + length;
    }

    /// <summary>The text with that number, empty when there are fewer.</summary>
    public static ReadOnlySpan<byte> Get(ReadOnlySpan<byte> buffer, int number)
    {
        while (buffer.Length >= 2)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(buffer);
            if (2 + length > buffer.Length)
            {
                break;
            }

            if (number == 0)
            {
                return buffer.Slice(2, length);
            }

            buffer = buffer[(2 + length)..];
            number--;
        }

        return default;
    }
}
