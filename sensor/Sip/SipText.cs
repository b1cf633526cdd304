using System.Buffers;
using System.Runtime.CompilerServices;

namespace SensorNet.Sensor.Sip;

/// <summary>Character sets and scanning of the SIP grammar (RFC 3261 section 25.1). Folded values contain CR and LF, which count as white space.</summary>
internal static class SipText
{
    /// <summary>token characters.</summary>
    public static readonly SearchValues<byte> Token = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~"u8);

    /// <summary>token characters and white space: an unquoted display name.</summary>
    public static readonly SearchValues<byte> DisplayName = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~ \t\r\n"u8);

    private const ulong SpaceBits = (1UL << ' ') | (1UL << '\t') | (1UL << '\r') | (1UL << '\n');

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSpace(byte b) => b <= (byte)' ' && ((SpaceBits >> b) & 1) != 0;

    /// <summary>
    /// A user part without needless escapes: %31 is 1 (RFC 3261 section 19.1.4), so that spelling hides no account; %2B and
    /// %23 are + and #, as telephony servers dial them. Other escapes stay. Only a text with escapes is copied.
    /// </summary>
    public static ReadOnlySpan<byte> UnescapeUser(ReadOnlySpan<byte> user, Span<byte> buffer)
    {
        if (!user.Contains((byte)'%'))
        {
            return user;
        }

        var length = 0;
        for (var i = 0; i < user.Length && length < buffer.Length; i++)
        {
            var b = user[i];
            if (b == (byte)'%' && i + 2 < user.Length && HexDigit(user[i + 1]) is var high and >= 0 && HexDigit(user[i + 2]) is var low and >= 0
                && (char)((high << 4) | low) is var c && (char.IsAsciiLetterOrDigit(c) || "-_.!~*'()+#".Contains(c)))
            {
                b = (byte)c;
                i += 2;
            }

            buffer[length++] = b;
        }

        return buffer[..length];
    }

    private static int HexDigit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) =>
        text.Length > 0 && !IsSpace(text[0]) && !IsSpace(text[^1]) ? text : TrimSlowly(text);

    private static ReadOnlySpan<byte> TrimSlowly(ReadOnlySpan<byte> text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>The slice without white space at its ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SipSlice Trim(ReadOnlySpan<byte> data, int start, int end)
    {
        while (start < end && IsSpace(data[start]))
        {
            start++;
        }

        while (end > start && IsSpace(data[end - 1]))
        {
            end--;
        }

        return new SipSlice(start, end - start);
    }

    /// <summary>Index behind the closing quote of the quoted string that opens at <paramref name="start"/>, or -1.</summary>
    public static int EndOfQuoted(ReadOnlySpan<byte> text, int start)
    {
        var i = start + 1;
        while (i < text.Length)
        {
            var step = text[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
            {
                return -1;
            }

            i += step;
            if (text[i] == (byte)'"')
            {
                return i + 1;
            }

            i += 2;
        }

        return -1;
    }

    /// <summary>Index of the first such octet outside quoted strings and angle brackets, or the length.</summary>
    public static int IndexOutsideQuotes(ReadOnlySpan<byte> text, int start, byte wanted)
    {
        var i = start;
        while (i < text.Length)
        {
            var step = text[i..].IndexOfAny(wanted, (byte)'"', (byte)'<');
            if (step < 0)
            {
                return text.Length;
            }

            i += step;
            if (text[i] == wanted)
            {
                return i;
            }

            if (text[i] == (byte)'"')
            {
                i = EndOfQuoted(text, i);
            }
            else
            {
                step = text[i..].IndexOf((byte)'>');
                i = step < 0 ? -1 : i + step + 1;
            }

            if (i < 0)
            {
                return text.Length;
            }
        }

        return text.Length;
    }

    /// <summary>Digits to a number that stays at its largest value when it would overflow.</summary>
    /// <returns>False when the text is empty or has another character than a digit.</returns>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out ulong number)
    {
        // So many digits never overflow.
        const int Safe = 19;
        number = 0;
        foreach (var b in text)
        {
            var digit = (uint)(b - '0');
            if (digit > 9)
            {
                return false;
            }

            number = (number * 10) + digit;
        }

        return text.Length <= Safe ? !text.IsEmpty : TryParseLongNumber(text, out number);
    }

    private static bool TryParseLongNumber(ReadOnlySpan<byte> text, out ulong number)
    {
        const ulong Most = ulong.MaxValue / 10;
        number = 0;
        foreach (var b in text)
        {
            var digit = (uint)(b - '0');
            number = number < Most || (number == Most && digit <= ulong.MaxValue % 10) ? (number * 10) + digit : ulong.MaxValue;
        }

        return true;
    }
}
