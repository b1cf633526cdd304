using System.Text;

namespace SensorNet.Console.Tui;

/// <summary>A rectangle of a screen to draw on: coordinates are its own, whatever lies outside is cut.</summary>
internal readonly struct Surface
{
    private readonly Screen _screen;
    private readonly int _left;
    private readonly int _top;

    public Surface(Screen screen)
        : this(screen, 0, 0, screen.Width, screen.Height)
    {
    }

    private Surface(Screen screen, int left, int top, int width, int height)
    {
        _screen = screen;
        _left = left;
        _top = top;
        Width = width;
        Height = height;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Its position on the screen, for the mouse.</summary>
    public (int X, int Y) Origin => (_left, _top);

    /// <summary>A rectangle inside this one, cut to it.</summary>
    public Surface Part(int x, int y, int width, int height)
    {
        var left = Math.Clamp(x, 0, Width);
        var top = Math.Clamp(y, 0, Height);
        return new Surface(
            _screen,
            _left + left,
            _top + top,
            Math.Clamp(width - (left - x), 0, Width - left),
            Math.Clamp(height - (top - y), 0, Height - top));
    }

    /// <summary>Writes text in one row, at most <paramref name="width"/> columns; text that is longer ends in a cut mark.</summary>
    /// <returns>The column after it.</returns>
    public int Text(int x, int y, ReadOnlySpan<char> text, CellStyle style, int width = int.MaxValue)
    {
        if (y < 0 || y >= Height || x >= Width || x < 0)
        {
            return x;
        }

        var limit = (int)Math.Min(Width, (long)x + width);
        var cut = text.Length > limit - x && SafeText.Width(text) > limit - x;
        var end = cut ? limit - 1 : limit;
        foreach (var rune in text.EnumerateRunes())
        {
            if (x >= end)
            {
                break;
            }

            x += _screen.Put(_left + x, _top + y, rune, style, _left + end);
        }

        if (cut && x < limit)
        {
            x += _screen.Put(_left + x, _top + y, new Rune(Glyphs.Cut), style, _left + limit);
        }

        return x;
    }

    /// <summary>Writes text that ends at column <paramref name="right"/> (exclusive), at most <paramref name="width"/> columns.</summary>
    public void TextRight(int right, int y, ReadOnlySpan<char> text, CellStyle style, int width)
    {
        var columns = Math.Min(SafeText.Width(text), width);
        Text(Math.Max(0, right - columns), y, text, style, columns);
    }

    public void Fill(int x, int y, int width, char character, CellStyle style)
    {
        for (var i = 0; i < width; i++)
        {
            Put(x + i, y, character, style);
        }
    }

    public void Put(int x, int y, char character, CellStyle style)
    {
        if (x >= 0 && x < Width && y >= 0 && y < Height)
        {
            _screen.Put(_left + x, _top + y, new Rune(character), style, _left + Width);
        }
    }

    public void Clear(CellStyle style)
    {
        for (var y = 0; y < Height; y++)
        {
            Fill(0, y, Width, ' ', style);
        }
    }

    /// <summary>Gives a row's cells another style and leaves their characters.</summary>
    public void RestyleRow(int y, CellStyle style)
    {
        if (y < 0 || y >= Height)
        {
            return;
        }

        for (var x = 0; x < Width; x++)
        {
            _screen.Restyle(_left + x, _top + y, style);
        }
    }

    /// <summary>Shows the terminal's cursor.</summary>
    public void ShowCursor(int x, int y)
    {
        if (x >= 0 && x < Width && y >= 0 && y < Height)
        {
            _screen.Cursor = (_left + x, _top + y);
        }
    }

    /// <summary>Draws a frame with a title on its left and a note on its right, and returns what is inside.</summary>
    public Surface Box(string title, string note, CellStyle border, CellStyle titleStyle)
    {
        if (Width < 2 || Height < 2)
        {
            return Part(0, 0, 0, 0);
        }

        Fill(1, 0, Width - 2, Glyphs.Horizontal, border);
        Fill(1, Height - 1, Width - 2, Glyphs.Horizontal, border);
        for (var y = 1; y < Height - 1; y++)
        {
            Put(0, y, Glyphs.Vertical, border);
            Put(Width - 1, y, Glyphs.Vertical, border);
        }

        Put(0, 0, Glyphs.TopLeft, border);
        Put(Width - 1, 0, Glyphs.TopRight, border);
        Put(0, Height - 1, Glyphs.BottomLeft, border);
        Put(Width - 1, Height - 1, Glyphs.BottomRight, border);
        var after = title.Length == 0 ? 2 : Text(2, 0, title, titleStyle, Width - 4);
        var room = Width - 2 - after - 2;
        if (note.Length > 0 && room >= SafeText.Width(note))
        {
            TextRight(Width - 2, 0, note, border, room);
        }

        return Part(1, 1, Width - 2, Height - 2);
    }
}
