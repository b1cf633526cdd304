using System.Text;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The encoding modifiers: what a text looks like inside base64 or UTF-16 data.</summary>
internal static class ValueEncoding
{
    private static readonly int[] OffsetStart = [0, 2, 3];
    private static readonly int[] OffsetEnd = [0, 3, 2];

    public static byte[] Utf16LittleEndian(string text) => Encoding.Unicode.GetBytes(text);

    public static byte[] Utf16BigEndian(string text) => Encoding.BigEndianUnicode.GetBytes(text);

    public static byte[] Utf16WithMark(string text) => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)];

    /// <summary>The three forms that the octets take in base64, by their offset modulo three, without the octets' neighbours.</summary>
    public static IEnumerable<string> Base64AtEachOffset(byte[] octets)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            var text = Convert.ToBase64String([.. Enumerable.Repeat((byte)' ', offset), .. octets]);
            var cut = OffsetEnd[(octets.Length + offset) % 3];
            yield return text[OffsetStart[offset]..(text.Length - cut)];
        }
    }

    /// <summary>Every spelling of a command-line switch: each leading dash or slash of a word as <c>-</c>, <c>/</c> or one of the longer dashes.</summary>
    public static IEnumerable<string> WithAnyDash(string text)
    {
        var places = new List<int>();
        for (var i = 0; i < text.Length; i++)
        {
            var startsWord = i == 0 || !(char.IsLetterOrDigit(text[i - 1]) || text[i - 1] == '_');
            var hasWord = i + 1 < text.Length && (char.IsLetterOrDigit(text[i + 1]) || text[i + 1] == '_');
            if (text[i] is '-' or '/' && startsWord && hasWord && places.Count < 4)
            {
                places.Add(i);
            }
        }

        IEnumerable<string> spellings = [text];
        foreach (var place in places)
        {
            spellings = spellings.SelectMany(s => "-/\u2013\u2014\u2015".Select(dash => s[..place] + dash + s[(place + 1)..]));
        }

        return [.. spellings];
    }
}
