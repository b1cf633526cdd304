using System.Buffers;
using System.Text;
using SensorNet.V1;

namespace SensorNet.Collector.Query;

/// <summary>Free text: events whose message or raw record contains a text, in any letter case. Thread-safe.</summary>
internal sealed class TextSearch
{
    private readonly SearchValues<string> text;
    private readonly byte[] octets;
    private readonly bool ascii;
    private readonly byte firstLower;
    private readonly byte firstUpper;

    /// <param name="text">What to look for; not empty.</param>
    public TextSearch(string text)
    {
        this.text = SearchValues.Create([text], StringComparison.OrdinalIgnoreCase);
        octets = Encoding.UTF8.GetBytes(text);
        ascii = Ascii.IsValid(text);
        firstLower = (byte)char.ToLowerInvariant((char)octets[0]);
        firstUpper = (byte)char.ToUpperInvariant((char)octets[0]);
    }

    public bool IsMatch(Event e) =>
        (e.Message.Length > 0 && e.Message.AsSpan().ContainsAny(text)) || (!e.Raw.IsEmpty && IsIn(e.Raw.Span));

    /// <summary>Whether UTF-8 text contains it.</summary>
    public bool IsIn(ReadOnlySpan<byte> utf8)
    {
        if (!ascii)
        {
            return Encoding.UTF8.GetString(utf8).AsSpan().ContainsAny(text);
        }

        while (utf8.Length >= octets.Length)
        {
            var at = utf8[..(utf8.Length - octets.Length + 1)].IndexOfAny(firstLower, firstUpper);
            if (at < 0)
            {
                return false;
            }

            if (Ascii.EqualsIgnoreCase(utf8.Slice(at, octets.Length), octets))
            {
                return true;
            }

            utf8 = utf8[(at + 1)..];
        }

        return false;
    }
}
