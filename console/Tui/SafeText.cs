using System.Globalization;
using System.Text;

namespace SensorNet.Console.Tui;

/// <summary>
/// The one door through which text reaches a terminal. User agents, user names, log lines and whatever else came over
/// the network may hold escape sequences, bidirectional overrides or invisible characters; behind this door there are
/// only characters that take exactly one or two columns and do nothing. Pure and thread-safe.
/// </summary>
internal static class SafeText
{
    /// <summary>What is shown in place of a character that must not reach the terminal.</summary>
    public const char Placeholder = '.';

    /// <summary>
    /// The character itself when it is harmless, a space for any other kind of blank, else <see cref="Placeholder"/>:
    /// for C0, DEL and C1 controls, line and paragraph separators, bidirectional and zero-width format characters,
    /// combining marks, private and unassigned code points, and pictographs whose width terminals disagree on.
    /// </summary>
    public static Rune Filter(Rune rune)
    {
        var value = rune.Value;
        if (value is >= 0x20 and < 0x7F)
        {
            return rune;
        }

        // The first range is C1 and DEL; Hangul medials and finals (1160-11FF) and the Hangul fillers take no column;
        // from 1F000 on there are only pictographs up to the ideographic planes.
        if (value is < 0xA0 or (>= 0x1160 and <= 0x11FF) or 0x115F or 0x3164 or 0xFFA0 or (>= 0x1F000 and < 0x20000) or >= 0x3FFFE)
        {
            return new Rune(Placeholder);
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.SpaceSeparator => new Rune(' '),
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark
                => new Rune(Placeholder),
            _ when IsDisputedWidth(value) => new Rune(Placeholder),
            _ => rune,
        };
    }

    /// <summary>Columns that a rune which has passed <see cref="Filter"/> takes: 2 for East Asian wide ones, else 1.</summary>
    public static int Width(Rune rune) => rune.Value switch
    {
        < 0x1100 => 1,
        <= 0x115F => 2,
        >= 0x2E80 and <= 0x303E => 2,
        >= 0x3041 and <= 0x33FF => 2,
        >= 0x3400 and <= 0x4DBF => 2,
        >= 0x4E00 and <= 0xA4CF => 2,
        >= 0xA960 and <= 0xA97F => 2,
        >= 0xAC00 and <= 0xD7A3 => 2,
        >= 0xF900 and <= 0xFAFF => 2,
        >= 0xFE30 and <= 0xFE6F => 2,
        >= 0xFF01 and <= 0xFF60 => 2,
        >= 0xFFE0 and <= 0xFFE6 => 2,
        >= 0x20000 => 2,
        _ => 1,
    };

    /// <summary>Columns that a text takes once it is cleaned.</summary>
    public static int Width(ReadOnlySpan<char> text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += Width(Filter(rune));
        }

        return columns;
    }

    /// <summary>What is left of a cleaned text after so many columns.</summary>
    public static string Skip(string text, int columns)
    {
        var start = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (columns <= 0)
            {
                break;
            }

            columns -= Width(rune);
            start += rune.Utf16SequenceLength;
        }

        return text[start..];
    }

    /// <summary>The text as one harmless line. Returns the same string when nothing had to change.</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(Filter(rune).ToString());
        }

        return clean.ToString();
    }

    /// <summary>
    /// Octets as a message detail shows them: UTF-8 text where it is harmless, every other octet as <c>\xNN</c>.
    /// Line breaks end a line; at most <paramref name="maxLines"/> lines are returned.
    /// </summary>
    public static List<string> EscapeLines(ReadOnlySpan<byte> octets, int maxLines)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        while (octets.Length > 0 && lines.Count < maxLines)
        {
            if (octets[0] is (byte)'\n' || (octets[0] == '\r' && octets.Length > 1 && octets[1] == '\n'))
            {
                octets = octets[(octets[0] == '\n' ? 1 : 2)..];
                lines.Add(line.ToString());
                line.Clear();
                continue;
            }

            var status = Rune.DecodeFromUtf8(octets, out var rune, out var taken);
            if (status == System.Buffers.OperationStatus.Done && Filter(rune) == rune)
            {
                line.Append(rune.ToString());
            }
            else
            {
                foreach (var octet in octets[..taken])
                {
                    line.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}");
                }
            }

            octets = octets[taken..];
        }

        if (line.Length > 0 && lines.Count < maxLines)
        {
            lines.Add(line.ToString());
        }

        return lines;
    }

    /// <summary>Characters of the first plane that some terminals draw as one column and others as a two-column pictograph.</summary>
    private static bool IsDisputedWidth(int value) => value switch
    {
        < 0x2300 => false,
        <= 0x23FF => value is 0x231A or 0x231B or (>= 0x23E9 and <= 0x23F3),
        >= 0x25FB and <= 0x27BF => value is not (0x2713 or 0x2717 or 0x2022),
        >= 0x2B05 and <= 0x2B55 => true,
        _ => false,
    };
}
