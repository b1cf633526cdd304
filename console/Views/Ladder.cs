using System.Globalization;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>The messages of a call or transaction as a ladder between two parties.</summary>
internal static class Ladder
{
    private const int TimeWidth = 13;

    /// <summary>One message in one line, for places without room for a ladder.</summary>
    public static string Line(TraceEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{entry.OffsetUs / 1e6,9:0.000}s {(entry.FromSource ? "->" : "<-")} {entry.Summary}{(entry.Retransmission ? " (again)" : "")}");

    /// <summary>The ladder's lines for a width: a head with both parties, then an arrow for each message.</summary>
    public static List<string> Lines(string left, string right, IReadOnlyList<TraceEntry> trace, long start, int width)
    {
        var span = Math.Clamp(width - TimeWidth - 4, 24, 90);
        var lines = new List<string>
        {
            new string(' ', TimeWidth) + Pad(left, span + 2 - SafeText.Width(right)) + right,
        };
        foreach (var entry in trace)
        {
            var time = start == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{entry.OffsetUs / 1e6,11:0.000}")
                : Display.Times.ClockMillis(start + ((long)Math.Min(entry.OffsetUs, long.MaxValue / 2000) * 1000)).PadLeft(12);
            lines.Add($"{time,-12} {Glyphs.Vertical}{Arrow(entry, span)}{Glyphs.Vertical}");
        }

        return lines;
    }

    private static string Arrow(TraceEntry entry, int span)
    {
        var label = SafeText.Clean(entry.Summary) + (entry.Retransmission ? " (again)" : "");
        var room = span - 8;
        if (SafeText.Width(label) > room)
        {
            label = Cut(label, room - 1) + Glyphs.Cut;
        }

        var dashes = span - SafeText.Width(label) - 3;
        var before = dashes / 2;
        var line = new string(Glyphs.Horizontal, before);
        var rest = new string(Glyphs.Horizontal, dashes - before);
        return entry.FromSource ? $"{line} {label} {rest}{Glyphs.ArrowRight}" : $"{Glyphs.ArrowLeft}{line} {label} {rest}";
    }

    private static string Cut(string text, int columns)
    {
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns -= SafeText.Width(rune);
            if (columns < 0)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }

    private static string Pad(string text, int width)
    {
        var clean = SafeText.Clean(text);
        return clean + new string(' ', Math.Max(1, width - SafeText.Width(clean)));
    }
}
