using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>Lines of text with roles, for details. Lines longer than the surface are wrapped when it is drawn.</summary>
internal sealed class Document
{
    private readonly List<(string Text, StyleRole Role)> _lines = [];
    private readonly List<(string Text, StyleRole Role)> _wrapped = [];
    private int _wrappedWidth;

    public IReadOnlyList<(string Text, StyleRole Role)> Lines => _lines;

    public Document Add(string text, StyleRole role = StyleRole.Text)
    {
        _lines.Add((SafeText.Clean(text), role));
        _wrappedWidth = 0;
        return this;
    }

    /// <summary>A name and its value in one line; nothing when there is no value.</summary>
    public Document Field(string name, string value, StyleRole role = StyleRole.Text) =>
        value.Length > 0 && value != "-" ? Add($"{name,-8} {value}", role) : this;

    public Document Heading(string text) => (_lines.Count == 0 ? this : Add("")).Add(text, StyleRole.Title);

    /// <summary>Lines after wrapping at a width.</summary>
    public int Height(int width)
    {
        Wrap(width);
        return _wrapped.Count;
    }

    /// <summary>Columns of the longest line.</summary>
    public int Width => _lines.Select(line => SafeText.Width(line.Text)).DefaultIfEmpty(0).Max();

    /// <summary>Draws the lines from one on.</summary>
    /// <param name="surface">Where.</param>
    /// <param name="theme">How.</param>
    /// <param name="from">The first line after wrapping.</param>
    /// <param name="left">Lines are not wrapped and begin at this column; negative: they are wrapped.</param>
    /// <param name="marked">A text whose occurrences stand out; empty: none.</param>
    public void Draw(Surface surface, Theme theme, int from, int left = -1, string marked = "")
    {
        Wrap(left < 0 ? surface.Width : int.MaxValue);
        for (var y = 0; y < surface.Height && from + y < _wrapped.Count; y++)
        {
            var (text, role) = _wrapped[from + y];
            var shown = left > 0 ? SafeText.Skip(text, left) : text;
            surface.Text(0, y, shown, theme[role]);
            for (var at = 0; marked.Length > 0 && (at = shown.IndexOf(marked, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += marked.Length)
            {
                surface.Text(SafeText.Width(shown.AsSpan(0, at)), y, shown.AsSpan(at, marked.Length), theme[StyleRole.Selected]);
            }
        }
    }

    /// <summary>The next line after wrapping that holds a text, going round at the ends; -1: none does.</summary>
    public int Find(string text, int after, int step, int width)
    {
        Wrap(width);
        for (var i = 1; i <= _wrapped.Count; i++)
        {
            var at = (((after + (i * step)) % _wrapped.Count) + _wrapped.Count) % _wrapped.Count;
            if (_wrapped[at].Text.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return at;
            }
        }

        return -1;
    }

    public string ToText() => string.Join('\n', _lines.Select(line => line.Text)) + "\n";

    private void Wrap(int width)
    {
        if (width == _wrappedWidth)
        {
            return;
        }

        _wrappedWidth = width;
        _wrapped.Clear();
        foreach (var (text, role) in _lines)
        {
            if (width < 16 || SafeText.Width(text) <= width)
            {
                _wrapped.Add((text, role));
                continue;
            }

            WrapLine(text, role, width);
        }
    }

    private void WrapLine(string text, StyleRole role, int width)
    {
        const string indent = "    ";
        var start = 0;
        while (start < text.Length)
        {
            var room = width - (start == 0 ? 0 : indent.Length);
            var end = start;
            var space = -1;
            var columns = 0;
            foreach (var rune in text.AsSpan(start).EnumerateRunes())
            {
                columns += SafeText.Width(rune);
                if (columns > room)
                {
                    break;
                }

                if (rune.Value == ' ')
                {
                    space = end;
                }

                end += rune.Utf16SequenceLength;
            }

            if (end < text.Length && space > start + (room / 2))
            {
                end = space + 1;
            }

            // A width that not even one wide character fits into must not hold the loop up.
            end = Math.Max(end, Math.Min(start + 1, text.Length));
            _wrapped.Add(((start == 0 ? "" : indent) + text[start..end].TrimEnd(), role));
            start = end;
        }
    }
}
