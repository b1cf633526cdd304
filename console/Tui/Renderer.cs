using System.Runtime.InteropServices;

namespace SensorNet.Console.Tui;

/// <summary>
/// Brings the terminal from what it shows to what it shall show with few octets: rows that moved are scrolled by the
/// terminal itself, then only runs of changed cells are written, with the shortest cursor movement and style change that
/// lead there. Invariant: after <see cref="Render"/>'s octets the terminal shows exactly the given screen. One pass over
/// the cells, no allocation once its buffers have their size. Autowrap is expected to be off.
/// </summary>
internal sealed partial class Renderer
{
    private readonly ColorDepth _depth;
    private readonly Screen _shown;
    private readonly OutputBuffer _output;
    private CellStyle _style;
    private int _x;
    private int _y;
    private bool _blank = true;
    private bool _cursorVisible;

    /// <param name="depth">Colours that the terminal shows.</param>
    /// <param name="charset">Of the screens that will be rendered.</param>
    /// <param name="output">Where the octets go.</param>
    public Renderer(ColorDepth depth, Charset charset, OutputBuffer output)
    {
        _depth = depth;
        _shown = new Screen(1, 1, charset);
        _output = output;
    }

    /// <summary>Nothing is known of what the terminal shows: the next frame clears it and writes everything.</summary>
    public void Invalidate() => _blank = true;

    public void Render(Screen next)
    {
        if (_blank || next.Width != _shown.Width || next.Height != _shown.Height)
        {
            Reset(next.Width, next.Height);
        }
        else
        {
            ScrollRows(next);
        }

        for (var y = 0; y < next.Height; y++)
        {
            RenderRow(next.Row(y), y);
        }

        PlaceCursor(next);
        _shown.CopyFrom(next);
    }

    private void Reset(int width, int height)
    {
        _shown.Resize(width, height);
        _style = default;
        _blank = false;
        _cursorVisible = false;
        (_x, _y) = (0, 0);
        _output.Write("\e[?25l\e[m\e[r\e[H\e[2J"u8);
    }

    private void RenderRow(ReadOnlySpan<Cell> next, int y)
    {
        var shown = _shown.Row(y);
        if (MemoryMarshal.AsBytes(next).SequenceEqual(MemoryMarshal.AsBytes(shown)))
        {
            return;
        }

        var blankFrom = BlankTail(next);
        var x = 0;
        while (x < next.Length)
        {
            if (next[x] == shown[x])
            {
                x++;
                continue;
            }

            if (x >= blankFrom && next.Length - x > 3)
            {
                // From here on the row is blank: let the terminal erase it.
                MoveTo(x, y);
                SetStyle(default);
                _output.Write("\e[K"u8);
                return;
            }

            x = RenderRun(next, shown, x, y, blankFrom);
        }
    }

    /// <summary>Writes changed cells, and unchanged ones between them where that is shorter than moving over them.</summary>
    private int RenderRun(ReadOnlySpan<Cell> next, ReadOnlySpan<Cell> shown, int x, int y, int blankFrom)
    {
        MoveTo(x, y);
        while (x < next.Length)
        {
            var cell = next[x];
            if (cell == shown[x] && cell.Rune != Cell.Continuation && !GapIsShort(next, shown, x))
            {
                break;
            }

            if (x >= blankFrom && cell != shown[x] && next.Length - x > 3)
            {
                break;
            }

            if (cell.Rune != Cell.Continuation)
            {
                SetStyle(cell.Style);
                _output.WriteRune(cell.Rune);
            }

            x++;
        }

        // Without autowrap the cursor stays on the last column, so where it is can only be told by moving it.
        (_x, _y) = x < next.Length ? (x, y) : (-1, -1);
        return x;
    }

    // Moving over a gap costs at least three octets: a gap up to that length, in the current style, is cheaper rewritten.
    private bool GapIsShort(ReadOnlySpan<Cell> next, ReadOnlySpan<Cell> shown, int x)
    {
        for (var i = x; i < next.Length && i - x < 4; i++)
        {
            if (next[i] != shown[i])
            {
                return true;
            }

            if (next[i].Style != _style || next[i].Rune is Cell.Continuation or >= 0x80)
            {
                return false;
            }
        }

        return false;
    }

    private static int BlankTail(ReadOnlySpan<Cell> row)
    {
        var x = row.Length;
        while (x > 0 && row[x - 1] == Cell.Blank)
        {
            x--;
        }

        return x;
    }

    private void PlaceCursor(Screen next)
    {
        if (next.Cursor is var (x, y))
        {
            MoveTo(x, y);
            if (!_cursorVisible)
            {
                _output.Write("\e[?25h"u8);
            }
        }
        else if (_cursorVisible)
        {
            _output.Write("\e[?25l"u8);
        }

        _cursorVisible = next.Cursor is not null;
    }

    private void MoveTo(int x, int y)
    {
        if (x == _x && y == _y)
        {
            return;
        }

        if (y == _y && _x >= 0 && x > _x)
        {
            _output.Write("\e["u8);
            WriteUnlessOne(x - _x);
            _output.Write((byte)'C');
        }
        else if (x == 0 && y == _y)
        {
            _output.Write((byte)'\r');
        }
        else if (x == 0 && y == _y + 1 && _y >= 0)
        {
            _output.Write("\r\n"u8);
        }
        else if (x == _x && y == _y + 1 && _y >= 0)
        {
            _output.Write((byte)'\n');
        }
        else
        {
            _output.Write("\e["u8);
            WriteUnlessOne(y + 1);
            if (x > 0)
            {
                _output.Write((byte)';');
                _output.WriteNumber(x + 1);
            }

            _output.Write((byte)'H');
        }

        (_x, _y) = (x, y);
    }

    private void WriteUnlessOne(int number)
    {
        if (number != 1)
        {
            _output.WriteNumber(number);
        }
    }
}
