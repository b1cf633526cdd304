using System.Globalization;
using System.Text;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Draws the messages of calls as a ladder in text: a column for each party, an arrow for each message.</summary>
internal static class Ladder
{
    private const int TimeWidth = 13;
    private const int LeastSpan = 13;
    private const int MostSpan = 60;

    /// <summary>One message in one line, for places without room for a ladder.</summary>
    public static string Line(TraceEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{entry.OffsetUs / 1e6,9:0.000}s {(entry.FromSource ? "->" : "<-")} {entry.Summary}{(entry.Retransmission ? " (again)" : "")}");

    /// <summary>The parties in the order in which they first speak or are spoken to.</summary>
    public static List<string> Parties(IReadOnlyList<LadderStep> steps) => [.. steps.SelectMany(s => new[] { s.From, s.To }).Distinct()];

    /// <summary>The ladder's lines for a width: a head with the parties, then a line for each message.</summary>
    /// <param name="steps">In order.</param>
    /// <param name="width">Columns there are.</param>
    /// <param name="time">How the time before a message is told.</param>
    public static List<string> Lines(IReadOnlyList<LadderStep> steps, int width, TimeMode time)
    {
        var parties = Parties(steps);
        var span = Math.Clamp((width - TimeWidth - 1) / Math.Max(1, parties.Count - 1) - 1, LeastSpan, MostSpan);
        var lines = new List<string>(steps.Count + 1) { Head(parties, span) };
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            lines.Add($"{TimeText(time, step.Time, steps[0].Time, i > 0 ? steps[i - 1].Time : step.Time),12} " + Rungs(step, parties, span));
        }

        return lines;
    }

    /// <summary>A time as a clock's, since the first message, or since the one before.</summary>
    public static string TimeText(TimeMode mode, long time, long first, long former) => mode switch
    {
        TimeMode.Relative => string.Create(CultureInfo.InvariantCulture, $"{(time - first) / 1e9:0.000}"),
        TimeMode.Delta => string.Create(CultureInfo.InvariantCulture, $"+{(time - former) / 1e9:0.000}"),
        _ => Times.ClockMillis(time),
    };

    private static string Head(List<string> parties, int span)
    {
        var line = new StringBuilder(new string(' ', TimeWidth));
        for (var i = 0; i < parties.Count; i++)
        {
            // Each name is in the middle over its line, the outer ones inside the picture.
            var name = Fit(SafeText.Clean(parties[i]), parties.Count == 1 ? MostSpan : span);
            var middle = TimeWidth + (i * (span + 1));
            var left = i == 0 ? middle : i == parties.Count - 1 ? middle + 1 - SafeText.Width(name) : middle - (SafeText.Width(name) / 2);
            line.Append(' ', Math.Max(i == 0 ? 0 : 1, left - SafeText.Width(line.ToString()))).Append(name);
        }

        return line.ToString();
    }

    private static string Rungs(LadderStep step, List<string> parties, int span)
    {
        var (from, to) = (parties.IndexOf(step.From), parties.IndexOf(step.To));
        var (left, right) = (Math.Min(from, to), Math.Max(from, to));
        var line = new StringBuilder();
        for (var i = 0; i < parties.Count; i++)
        {
            line.Append(Glyphs.Vertical);
            if (i == left && left < right)
            {
                line.Append(Arrow(step, ((right - left) * (span + 1)) - 1, toRight: to > from));
                i = right - 1;
            }
            else if (i < parties.Count - 1)
            {
                // A party that talks to itself: the text beside its line.
                line.Append(left == right && i == left ? Pad(" " + Label(step), span) : new string(' ', span));
            }
        }

        if (left == right && left == parties.Count - 1)
        {
            line.Append(' ').Append(Fit(Label(step), span));
        }

        return line.ToString();
    }

    private static string Arrow(LadderStep step, int span, bool toRight)
    {
        var label = Fit(Label(step), span - 4);
        var dashes = span - SafeText.Width(label) - 3;
        var before = dashes / 2;
        var line = new string(Glyphs.Horizontal, before);
        var rest = new string(Glyphs.Horizontal, dashes - before);
        return toRight ? $"{line} {label} {rest}{Glyphs.ArrowRight}" : $"{Glyphs.ArrowLeft}{line} {label} {rest}";
    }

    private static string Label(LadderStep step) => SafeText.Clean(step.Summary) + (step.Again ? " (again)" : "");

    /// <summary>At most so many columns; what is left out is marked.</summary>
    private static string Fit(string text, int columns)
    {
        if (SafeText.Width(text) <= columns)
        {
            return text;
        }

        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns -= SafeText.Width(rune);
            if (columns < 1)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return text[..end] + Glyphs.Cut;
    }

    private static string Pad(string text, int width)
    {
        var fitted = Fit(text, width);
        return fitted + new string(' ', Math.Max(0, width - SafeText.Width(fitted)));
    }
}
