using System.Buffers.Text;
using System.Text;

namespace SensorNet.Console.Tui;

/// <summary>Octets on their way to the terminal. Grows to what one frame needs and is then reused.</summary>
internal sealed class OutputBuffer
{
    private byte[] _octets = new byte[8192];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Drops what has been sent from the front.</summary>
    public void Consume(int count)
    {
        _octets.AsSpan(count, Length - count).CopyTo(_octets);
        Length -= count;
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(Room(octets.Length));
        Length += octets.Length;
    }

    public void Write(byte octet)
    {
        Room(1)[0] = octet;
        Length++;
    }

    public void WriteNumber(int number)
    {
        Utf8Formatter.TryFormat(number, Room(11), out var written);
        Length += written;
    }

    public void WriteRune(int rune)
    {
        if (rune < 0x80)
        {
            Write((byte)rune);
        }
        else
        {
            Length += new Rune(rune).EncodeToUtf8(Room(4));
        }
    }

    private Span<byte> Room(int count)
    {
        if (_octets.Length - Length < count)
        {
            Array.Resize(ref _octets, Math.Max(_octets.Length * 2, Length + count));
        }

        return _octets.AsSpan(Length);
    }
}
