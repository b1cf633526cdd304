using System.Globalization;
using System.Text;

namespace SensorNet.Console.Tests.Support;

/// <summary>
/// An independent reading of what our octets mean to a terminal (ECMA-48, autowrap off): the oracle for the renderer.
/// A sequence that the console has no business sending is an error.
/// </summary>
internal sealed class TerminalEmulator
{
    private readonly (int Rune, string Style)[,] _cells;
    private readonly int _width;
    private readonly int _height;
    private int _x;
    private int _y;
    private int _top;
    private int _bottom;
    private bool _bold;
    private bool _dim;
    private bool _underline;
    private bool _reverse;
    private string _foreground = "";
    private string _background = "";

    public TerminalEmulator(int width, int height)
    {
        (_width, _height) = (width, height);
        _cells = new (int, string)[height, width];
        _bottom = height - 1;
        Erase(0, 0, height * width);
    }

    public bool CursorVisible { get; private set; }

    public (int X, int Y) Cursor => (_x, _y);

    private string Style => $"{(_bold ? "b" : "")}{(_dim ? "d" : "")}{(_underline ? "u" : "")}{(_reverse ? "r" : "")}|{_foreground}|{_background}";

    public int RuneAt(int x, int y) => _cells[y, x].Rune;

    public string StyleAt(int x, int y) => _cells[y, x].Style;

    public void Feed(ReadOnlySpan<byte> octets)
    {
        var text = Encoding.UTF8.GetString(octets);
        for (var i = 0; i < text.Length;)
        {
            switch (text[i])
            {
                case '\e':
                    i = Escape(text, i + 1);
                    break;
                case '\r':
                    _x = 0;
                    i++;
                    break;
                case '\n':
                    Assert.True(_y < _height - 1, "a line feed on the last row would scroll");
                    _y++;
                    i++;
                    break;
                default:
                    var rune = Rune.GetRuneAt(text, i);
                    Assert.False(Rune.IsControl(rune), $"a control character U+{rune.Value:X4} reached the terminal");
                    Print(rune);
                    i += rune.Utf16SequenceLength;
                    break;
            }
        }
    }

    private void Print(Rune rune)
    {
        var width = SensorNet.Console.Tui.SafeText.Width(rune);
        Assert.True(_x + width <= _width, "a wide character in the last column");
        Split(_x);
        Split(_x + width);
        _cells[_y, _x] = (rune.Value, Style);
        if (width == 2)
        {
            _cells[_y, _x + 1] = (-1, Style);
        }

        _x = Math.Min(_x + width, _width - 1);
    }

    // Writing over half of a wide character destroys the other half.
    private void Split(int x)
    {
        if (x < _width && _cells[_y, x].Rune == -1)
        {
            _cells[_y, x - 1] = (' ', _cells[_y, x - 1].Style);
            _cells[_y, x] = (' ', _cells[_y, x].Style);
        }
    }

    private int Escape(string text, int i)
    {
        Assert.Equal('[', text[i]);
        var start = ++i;
        while (text[i] is >= '0' and <= '?' or ' ')
        {
            i++;
        }

        var parameters = text[start..i];
        var final = text[i];
        if (parameters.StartsWith('?'))
        {
            Assert.True(parameters == "?25" && final is 'h' or 'l', $"mode {parameters}{final}");
            CursorVisible = final == 'h';
            return i + 1;
        }

        var numbers = parameters.Split(';').Select(p => p.Length == 0 ? 0 : int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        var first = Math.Max(numbers[0], 1);
        switch (final)
        {
            case 'H':
                (_y, _x) = (Math.Clamp(first - 1, 0, _height - 1), Math.Clamp((numbers.Length > 1 ? Math.Max(numbers[1], 1) : 1) - 1, 0, _width - 1));
                break;
            case 'C':
                _x = Math.Min(_x + first, _width - 1);
                break;
            case 'J':
                Assert.Equal(2, numbers[0]);
                Erase(0, 0, _width * _height);
                break;
            case 'K':
                Assert.Equal("||", Style);
                Split(_x);
                Erase(_x, _y, _width - _x);
                break;
            case 'S':
                Scroll(first);
                break;
            case 'T':
                Scroll(-first);
                break;
            case 'r':
                (_top, _bottom) = parameters.Length == 0 ? (0, _height - 1) : (numbers[0] - 1, numbers[1] - 1);
                (_x, _y) = (0, 0);
                break;
            case 'm':
                Sgr(numbers);
                break;
            default:
                Assert.Fail($"the sequence CSI {parameters}{final} is none of ours");
                break;
        }

        return i + 1;
    }

    private void Sgr(int[] numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            switch (numbers[i])
            {
                case 0:
                    (_bold, _dim, _underline, _reverse, _foreground, _background) = (false, false, false, false, "", "");
                    break;
                case 1:
                    _bold = true;
                    break;
                case 2:
                    _dim = true;
                    break;
                case 4:
                    _underline = true;
                    break;
                case 7:
                    _reverse = true;
                    break;
                case 22:
                    (_bold, _dim) = (false, false);
                    break;
                case 24:
                    _underline = false;
                    break;
                case 27:
                    _reverse = false;
                    break;
                case 38 or 48 when numbers[i + 1] == 2:
                    SetColor(numbers[i] == 38, $"{numbers[i + 2]:X2}{numbers[i + 3]:X2}{numbers[i + 4]:X2}");
                    i += 4;
                    break;
                case 39:
                    _foreground = "";
                    break;
                case 49:
                    _background = "";
                    break;
                default:
                    Assert.Fail($"SGR {numbers[i]} is none of ours at full colour depth");
                    break;
            }
        }
    }

    private void SetColor(bool foreground, string color)
    {
        if (foreground)
        {
            _foreground = color;
        }
        else
        {
            _background = color;
        }
    }

    private void Scroll(int lines)
    {
        for (var step = 0; step < Math.Abs(lines); step++)
        {
            for (var i = 0; i < _bottom - _top; i++)
            {
                var (to, from) = lines > 0 ? (_top + i, _top + i + 1) : (_bottom - i, _bottom - i - 1);
                for (var x = 0; x < _width; x++)
                {
                    _cells[to, x] = _cells[from, x];
                }
            }

            for (var x = 0; x < _width; x++)
            {
                _cells[lines > 0 ? _bottom : _top, x] = (' ', "||");
            }
        }
    }

    private void Erase(int x, int y, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _cells[y + ((x + i) / _width), (x + i) % _width] = (' ', "||");
        }
    }
}
