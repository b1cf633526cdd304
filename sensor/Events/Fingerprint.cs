using System.Globalization;
using System.Text;
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

    public static string Of(in SipMessage request)
    {
        var words = new StringBuilder(160);
        var headers = request.Headers;
        for (var i = 0; i < headers.Length && i < MostHeaders; i++)
        {
            if (i > 0)
            {
                words.Append(',');
            }

            foreach (var b in request.Name(i))
            {
                words.Append((char)(b is >= (byte)'A' and <= (byte)'Z' ? b | 0x20 : b));
            }
        }

        words.Append(";branch=");
        var branch = request.Branch;
        var cookie = branch.StartsWith("z9hG4bK"u8);
        words.Append(cookie ? 'z' : '-');
        Shape(words, cookie ? branch[7..] : branch);
        words.Append(";tag=");
        Shape(words, request.FromTag);
        words.Append(";cid=");
        Shape(words, request.CallId);
        var text = words.ToString();
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return string.Concat(hash.ToString("x8", CultureInfo.InvariantCulture), " ", text);
    }

    /// <summary>d digits, h hex, H upper-case hex, a letters and digits, then marks that occur (- . @ _ other), then the length.</summary>
    private static void Shape(StringBuilder words, ReadOnlySpan<byte> text)
    {
        bool digits = false, lowHex = false, highHex = false, letters = false, dash = false, dot = false, at = false, other = false;
        foreach (var b in text)
        {
            switch (b)
            {
                case >= (byte)'0' and <= (byte)'9':
                    digits = true;
                    break;
                case >= (byte)'a' and <= (byte)'f':
                    lowHex = true;
                    break;
                case >= (byte)'A' and <= (byte)'F':
                    highHex = true;
                    break;
                case (>= (byte)'g' and <= (byte)'z') or (>= (byte)'G' and <= (byte)'Z'):
                    letters = true;
                    break;
                case (byte)'-':
                    dash = true;
                    break;
                case (byte)'.':
                    dot = true;
                    break;
                case (byte)'@':
                    at = true;
                    break;
                default:
                    other = true;
                    break;
            }
        }

        words.Append(letters || (lowHex && highHex) ? 'a' : lowHex ? 'h' : highHex ? 'H' : digits ? 'd' : '0');
        words.Append(dash ? "-" : "").Append(dot ? "." : "").Append(at ? "@" : "").Append(other ? "_" : "");
        words.Append(text.Length);
    }
}
