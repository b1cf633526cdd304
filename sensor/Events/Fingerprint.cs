using System.Buffers.Text;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Events;

/// <summary>
/// What a request tells about the program that made it: the order of its headers, which of them are in compact form, and
/// the character classes and lengths of branch, From tag and Call-ID. Text: eight hex digits (FNV-1a of the rest), a
/// space, then the words.
/// </summary>
internal static class Fingerprint
{
    private const int MostHeaders = 24;
    private const int HashDigits = 8;

    public static Text Of(in SipMessage request, TextBuffer texts)
    {
        var start = texts.Used;
        texts.Append("         ");
        var headers = request.Headers;
        for (var i = 0; i < headers.Length && i < MostHeaders; i++)
        {
            if (i > 0)
            {
                texts.Append((byte)',');
            }

            texts.AppendLowerLatin(request.Name(i));
        }

        texts.Append(";branch=");
        var branch = request.Branch;
        var cookie = branch.StartsWith("z9hG4bK"u8);
        texts.Append(cookie ? (byte)'z' : (byte)'-');
        Shape(texts, cookie ? branch[7..] : branch);
        texts.Append(";tag=");
        Shape(texts, request.FromTag);
        texts.Append(";cid=");
        Shape(texts, request.CallId);
        var text = texts.Since(start);
        var hash = 2166136261u;
        foreach (var b in texts[text][(HashDigits + 1)..])
        {
            hash = (hash ^ b) * 16777619u;
        }

        Utf8Formatter.TryFormat(hash, texts.At(start, HashDigits), out _, new System.Buffers.StandardFormat('x', HashDigits));
        return text;
    }

    /// <summary>d digits, h hex, H upper-case hex, a letters and digits, then marks that occur (- . @ _ other), then the length.</summary>
    private static void Shape(TextBuffer texts, ReadOnlySpan<byte> text)
    {
        var classes = Classes.None;
        foreach (var b in text)
        {
            classes |= ClassOf[b];
        }

        var low = (classes & Classes.LowHex) != 0;
        var high = (classes & Classes.HighHex) != 0;
        var kind = (classes & Classes.Letters) != 0 || (low && high) ? 'a' : low ? 'h' : high ? 'H' : (classes & Classes.Digits) != 0 ? 'd' : '0';
        texts.Append((byte)kind);
        Mark(texts, classes, Classes.Dash, '-');
        Mark(texts, classes, Classes.Dot, '.');
        Mark(texts, classes, Classes.At, '@');
        Mark(texts, classes, Classes.Other, '_');
        texts.Append((ulong)text.Length);
    }

    private static void Mark(TextBuffer texts, Classes found, Classes wanted, char mark)
    {
        if ((found & wanted) != 0)
        {
            texts.Append((byte)mark);
        }
    }

    private static readonly Classes[] ClassOf = [.. Enumerable.Range(0, 256).Select(b => (char)b switch
    {
        >= '0' and <= '9' => Classes.Digits,
        >= 'a' and <= 'f' => Classes.LowHex,
        >= 'A' and <= 'F' => Classes.HighHex,
        (>= 'g' and <= 'z') or (>= 'G' and <= 'Z') => Classes.Letters,
        '-' => Classes.Dash,
        '.' => Classes.Dot,
        '@' => Classes.At,
        _ => Classes.Other,
    })];

    [Flags]
    private enum Classes : byte
    {
        None = 0,
        Digits = 1,
        LowHex = 2,
        HighHex = 4,
        Letters = 8,
        Dash = 16,
        Dot = 32,
        At = 64,
        Other = 128,
    }
}
