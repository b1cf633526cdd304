using System.Text;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Events;

/// <summary>
/// The texts of one event, behind each other in one buffer that is used again for the next event. What comes from the
/// wire is made valid UTF-8 on its way in: what is not becomes U+FFFD. Not thread-safe.
/// </summary>
internal sealed class TextBuffer
{
    private byte[] _octets = new byte[8192];

    /// <summary>Octets in use; also where the next text begins.</summary>
    public int Used { get; private set; }

    public void Clear() => Used = 0;

    /// <summary>The octets of a text that is no literal.</summary>
    public ReadOnlySpan<byte> this[Text text] => _octets.AsSpan(text.Offset, text.Length);

    /// <summary>Everything that was appended since <see cref="Used"/> was this.</summary>
    public Text Since(int start) => new(start, Used - start);

    /// <summary>Takes in octets from the wire, cut at a length.</summary>
    public Text Put(ReadOnlySpan<byte> octets, int longest = EventText.Longest)
    {
        var start = Used;
        Append(octets.Length > longest ? octets[..longest] : octets);
        return Since(start);
    }

    /// <summary>Takes in octets from the wire in lower case, cut at 255: for domains and schemes.</summary>
    public Text PutLower(ReadOnlySpan<byte> octets)
    {
        var start = Used;
        octets = octets.Length > 255 ? octets[..255] : octets;
        if (Ascii.ToLower(octets, Room(octets.Length), out var written) == System.Buffers.OperationStatus.Done)
        {
            Used += written;
        }
        else
        {
            Append(EventText.Lower(octets));
        }

        return Since(start);
    }

    /// <summary>Takes in octets as they are, for fields that are not text.</summary>
    public Text PutRaw(ReadOnlySpan<byte> octets)
    {
        var start = Used;
        octets.CopyTo(Room(octets.Length));
        Used += octets.Length;
        return Since(start);
    }

    /// <summary>Octets from the wire.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        if (Ascii.IsValid(octets) || System.Text.Unicode.Utf8.IsValid(octets))
        {
            octets.CopyTo(Room(octets.Length));
            Used += octets.Length;
        }
        else
        {
            Append(Encoding.UTF8.GetString(octets));
        }
    }

    public void Append(Text text)
    {
        if (text.Literal is { } literal)
        {
            Append(literal);
            return;
        }

        // Room first: it may move the buffer that the text stands in.
        var room = Room(text.Length);
        _octets.AsSpan(text.Offset, text.Length).CopyTo(room);
        Used += text.Length;
    }

    public void Append(string text) => Used += Encoding.UTF8.GetBytes(text, Room(text.Length * 3));

    public void Append(byte octet)
    {
        Room(1)[0] = octet;
        Used++;
    }

    public void Append(ulong value)
    {
        value.TryFormat(Room(20), out var written, provider: System.Globalization.CultureInfo.InvariantCulture);
        Used += written;
    }

    public void Append(long value)
    {
        value.TryFormat(Room(20), out var written, provider: System.Globalization.CultureInfo.InvariantCulture);
        Used += written;
    }

    public void Append(double value, string format)
    {
        value.TryFormat(Room(32), out var written, format, System.Globalization.CultureInfo.InvariantCulture);
        Used += written;
    }

    public void Append(IpAddress128 address) => Used += address.Format(Room(IpAddress128.LongestText));

    /// <summary>Octets from the wire as Latin-1, ASCII letters in lower case.</summary>
    public void AppendLowerLatin(ReadOnlySpan<byte> octets)
    {
        if (Ascii.ToLower(octets, Room(octets.Length), out var written) == System.Buffers.OperationStatus.Done)
        {
            Used += written;
        }
        else
        {
            Append(string.Create(octets.Length, octets, static (text, from) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    text[i] = (char)(from[i] is >= (byte)'A' and <= (byte)'Z' ? from[i] | 0x20 : from[i]);
                }
            }));
        }
    }

    /// <summary>Lower-case hexadecimal digits.</summary>
    public void AppendHex(ReadOnlySpan<byte> octets)
    {
        Convert.TryToHexStringLower(octets, Room(octets.Length * 2), out var written);
        Used += written;
    }

    /// <summary>Writes over what stands at this place.</summary>
    public Span<byte> At(int offset, int length) => _octets.AsSpan(offset, length);

    /// <summary>So many free octets behind what is in use.</summary>
    private Span<byte> Room(int length)
    {
        if (_octets.Length - Used < length)
        {
            Grow(length);
        }

        return _octets.AsSpan(Used);
    }

    private void Grow(int length) => Array.Resize(ref _octets, Math.Max(_octets.Length * 2, Used + length));
}
