using System.Buffers;
using System.Text;

namespace SensorNet.Rpc.Wire;

/// <summary><c>grpc-message</c>: UTF-8 with everything outside printable ASCII, and the percent sign, as <c>%XX</c>.</summary>
internal static class PercentCodec
{
    private static readonly SearchValues<char> s_unescaped = SearchValues.Create(
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static string Encode(string text)
    {
        var first = text.AsSpan().IndexOfAnyExcept(s_unescaped);
        if (first < 0)
        {
            return text;
        }

        var encoded = new StringBuilder(text, 0, first, text.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.AsSpan(first).EnumerateRunes())
        {
            if (rune.IsAscii && s_unescaped.Contains((char)rune.Value))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
            {
                encoded.Append('%').Append(Convert.ToHexString([octet]));
            }
        }

        return encoded.ToString();
    }

    /// <summary>Malformed escapes are kept as they are: a message is never a reason to lose a status.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var octets = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                octets[length++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                var unit = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                length += Encoding.UTF8.GetBytes(text, i, unit, octets, length);
                i += unit - 1;
            }
        }

        return Encoding.UTF8.GetString(octets, 0, length);
    }
}
