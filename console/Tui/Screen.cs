using System.Text;

namespace SensorNet.Console.Tui;

/// <summary>
/// What is, or shall be, on the terminal: a grid of cells. Characters enter only through <see cref="Put"/>, which sends
/// them through the sanitising door. Owned by the UI thread.
/// </summary>
internal sealed class Screen
{
    private Cell[] _cells = [];

    public Screen(int width, int height, Charset charset)
    {
        Charset = charset;
        Resize(width, height);
    }

    public Charset Charset { get; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Where the terminal's own cursor is shown; null: nowhere.</summary>
    public (int X, int Y)? Cursor { get; set; }

    public ReadOnlySpan<Cell> Cells => _cells;

    public void Resize(int width, int height)
    {
        Width = Math.Max(width, 1);
        Height = Math.Max(height, 1);
        _cells = new Cell[Width * Height];
        Clear(default);
    }

    public void Clear(CellStyle style)
    {
        Array.Fill(_cells, new Cell(' ', style));
        Cursor = null;
    }

    public ReadOnlySpan<Cell> Row(int y) => _cells.AsSpan(y * Width, Width);

    public void CopyFrom(Screen other)
    {
        if (other.Width != Width || other.Height != Height)
        {
            Resize(other.Width, other.Height);
        }

        other._cells.CopyTo(_cells, 0);
        Cursor = other.Cursor;
    }

    /// <summary>
    /// Puts one character, sanitised, at a position inside the grid. A wide one that does not fit before
    /// <paramref name="limit"/> becomes a blank.
    /// </summary>
    /// <returns>The columns it took: 1 or 2.</returns>
    public int Put(int x, int y, Rune rune, CellStyle style, int limit)
    {
        var safe = SafeText.Filter(rune);
        var width = SafeText.Width(safe);
        var value = safe.Value;
        if (Charset == Charset.Ascii && value >= 0x80)
        {
            (value, width) = (Glyphs.ToAscii(value), 1);
        }

        var row = y * Width;
        Detach(row, x);
        if (width == 1 || x + 1 >= Math.Min(limit, Width))
        {
            _cells[row + x] = new Cell(width == 1 ? value : ' ', style);
            return 1;
        }

        Detach(row, x + 1);
        _cells[row + x] = new Cell(value, style);
        _cells[row + x + 1] = new Cell(Cell.Continuation, style);
        return 2;
    }

    /// <summary>Gives a cell another style and leaves its character.</summary>
    public void Restyle(int x, int y, CellStyle style)
    {
        ref var cell = ref _cells[(y * Width) + x];
        cell = cell with { Style = style };
    }

    /// <summary>Moves rows up (positive) or down (negative) within a band, filling with blanks; what a scroll region does.</summary>
    public void Scroll(int top, int bottom, int lines)
    {
        var band = _cells.AsSpan(top * Width, (bottom - top + 1) * Width);
        var shift = Math.Abs(lines) * Width;
        if (lines > 0)
        {
            band[shift..].CopyTo(band);
            band[^shift..].Fill(Cell.Blank);
        }
        else
        {
            band[..^shift].CopyTo(band[shift..]);
            band[..shift].Fill(Cell.Blank);
        }
    }

    /// <summary>The characters alone, a line for each row without trailing blanks.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        for (var y = 0; y < Height; y++)
        {
            var line = text.Length;
            foreach (var cell in Row(y))
            {
                if (cell.Rune != Cell.Continuation)
                {
                    text.Append(new Rune(cell.Rune).ToString());
                }
            }

            while (text.Length > line && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    // Overwriting half of a wide character leaves the other half blank.
    private void Detach(int row, int x)
    {
        ref var cell = ref _cells[row + x];
        if (cell.Rune == Cell.Continuation)
        {
            ref var left = ref _cells[row + x - 1];
            left = left with { Rune = ' ' };
            cell = cell with { Rune = ' ' };
        }
        else if (x + 1 < Width && _cells[row + x + 1].Rune == Cell.Continuation)
        {
            ref var right = ref _cells[row + x + 1];
            right = right with { Rune = ' ' };
        }
    }
}
