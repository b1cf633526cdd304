using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// From the octets of a log to values. Text becomes a string with octets that are no UTF-8, and characters that control a
/// terminal or the direction of text, written as <c>\xNN</c>: nothing is lost, and nothing can drive a terminal.
/// </summary>
internal static class LogText
{
    /// <summary>The longest text put into a field of an event.</summary>
    public const int MaxField = 1024;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    private static readonly SearchValues<byte> TokenEnd = SearchValues.Create(" ,;)>\"'"u8);

    private static readonly SearchValues<byte> Printable = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Select(b => (byte)b)]);

    /// <summary>The digits a line begins with.</summary>
    public static ReadOnlySpan<byte> LeadingDigits(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExcept(Digits);
        return end < 0 ? text : text[..end];
    }

    /// <summary>What a text begins with, up to a space, comma, semicolon, quote, or closing bracket.</summary>
    public static ReadOnlySpan<byte> LeadingToken(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny(TokenEnd);
        return end < 0 ? text : text[..end];
    }

    public static string ToText(ReadOnlySpan<byte> octets, int max = MaxField)
    {
        if (octets.IsEmpty)
        {
            return "";
        }

        if (octets.Length > max)
        {
            octets = octets[..max];
        }

        return octets.IndexOfAnyExcept(Printable) < 0 ? Encoding.ASCII.GetString(octets) : Escape(octets);
    }

    /// <summary>An address as a program writes it: bare, in brackets, IPv4-mapped, with or without a zone.</summary>
    public static bool TryAddress(ReadOnlySpan<byte> text, out IpAddress128 address)
    {
        address = default;
        if (text.Length > 1 && text[0] == '[' && text[^1] == ']')
        {
            text = text[1..^1];
        }

        if (text.Length is < 2 or > 64)
        {
            return false;
        }

        if (TryIPv4(text, out var v4))
        {
            address = new IpAddress128(0, 0x0000_FFFF_0000_0000UL | v4);
            return true;
        }

        var zone = text.IndexOf((byte)'%');
        if (zone >= 0)
        {
            text = text[..zone];
        }

        if (!text.Contains((byte)':'))
        {
            return false;
        }

        Span<char> chars = stackalloc char[64];
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiHexDigit((char)text[i]) && text[i] is not ((byte)':' or (byte)'.'))
            {
                return false;
            }

            chars[i] = (char)text[i];
        }

        if (!IPAddress.TryParse(chars[..text.Length], out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        address = IpAddress128.From(parsed);
        return true;
    }

    /// <summary>A port, 0-65535, and nothing else.</summary>
    public static bool TryPort(ReadOnlySpan<byte> text, out uint port)
    {
        var cursor = new LineCursor(text);
        var ok = cursor.TakeNumber(out var value) && cursor.AtEnd && value <= 65535;
        port = ok ? (uint)value : 0;
        return ok;
    }

    /// <summary><c>192.0.2.1:5060</c>, <c>[2001:db8::1]:5060</c> or <c>2001:db8::1:5060</c> (the last colon parts them).</summary>
    public static bool TryEndpoint(ReadOnlySpan<byte> text, out IpAddress128 address, out uint port)
    {
        port = 0;
        var colon = text.LastIndexOf((byte)':');
        if (colon > 0 && TryPort(text[(colon + 1)..], out port) && TryAddress(text[..colon], out address))
        {
            return true;
        }

        port = 0;
        return TryAddress(text, out address);
    }

    public static ByteString ToByteString(IpAddress128 address) => UnsafeByteOperations.UnsafeWrap(address.ToBytes());

    /// <summary>Parses a whole non-negative decimal; false for anything else.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out long value)
    {
        var cursor = new LineCursor(text);
        return cursor.TakeNumber(out value) && cursor.AtEnd;
    }

    /// <summary>Without spaces and line ends at either side.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);

    /// <summary>Whether a text begins with a prefix, which is written in small letters.</summary>
    public static bool StartsWithIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);

    /// <summary>Whether a text holds a word, which is written in small letters. For short texts: every place is looked at.</summary>
    public static bool ContainsIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        var capital = (byte)(word[0] & ~0x20);
        while (text.IndexOfAny(word[0], capital) is >= 0 and var at)
        {
            if (StartsWithIgnoringCase(text[at..], word))
            {
                return true;
            }

            text = text[(at + 1)..];
        }

        return false;
    }

    /// <summary>Cuts one pair of double quotes off.</summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;

    private static bool TryIPv4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        if (text.Length is < 7 or > 15)
        {
            return false;
        }

        uint octet = 0;
        int digits = 0, dots = 0;
        foreach (var b in text)
        {
            if ((uint)(b - '0') <= 9)
            {
                octet = (octet * 10) + (uint)(b - '0');
                if (++digits > 3 || octet > 255)
                {
                    return false;
                }
            }
            else if (b == '.' && digits > 0 && dots < 3)
            {
                address = (address << 8) | octet;
                octet = 0;
                digits = 0;
                dots++;
            }
            else
            {
                return false;
            }
        }

        address = (address << 8) | octet;
        return dots == 3 && digits > 0;
    }

    // Control characters, and those that turn the direction of text or break its line unseen.
    private static bool Hides(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Escape(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length + 16);
        while (!octets.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(octets, out var rune, out var length);
            if (status == OperationStatus.Done && !Hides(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var b in octets[..length])
                {
                    text.Append("\\x").Append(b.ToString("x2"));
                }
            }

            octets = octets[length..];
        }

        return text.ToString();
    }
}
