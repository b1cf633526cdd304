using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>
/// A list with columns, a cursor and marks. The cursor follows its object's id, not the row's number, so that a list that
/// sorts itself anew never puts the cursor on another object. As long as nobody has moved it, it does not go off the first
/// page with its object: the top stays in view.
/// </summary>
internal sealed class Table<T>(IReadOnlyList<TableColumn<T>> columns)
{
    private readonly int[] _shown = new int[columns.Count];
    private readonly int[] _widths = new int[columns.Count];
    private readonly Dictionary<string, bool> _chosen = new(StringComparer.Ordinal);
    private IReadOnlyList<TableRow<T>> _rows = [];
    private int _shownCount;
    private int _layoutWidth = -1;
    private int _top;
    private int _index;
    private int _page = 10;
    private string? _markedLast;
    private bool _moved;

    public IReadOnlyList<TableRow<T>> Rows
    {
        get => _rows;
        set
        {
            _rows = value;
            if (IsArriving && !_moved)
            {
                Move(-_index);
            }
            else
            {
                Find(SelectedId);
                if (!_moved && _index >= _page)
                {
                    // Newer ones have pushed it off the screen, and nobody has chosen it.
                    Move(-_index);
                }
            }
        }
    }

    /// <summary>
    /// Whether rows are still being brought for the first time: until somebody moves the cursor it stays on the first row then,
    /// and does not go with the object that happened to come first.
    /// </summary>
    public bool IsArriving { get; set; }

    public HashSet<string> Marks { get; } = new(StringComparer.Ordinal);

    public string? SelectedId { get; private set; }

    public TableRow<T>? Selected => _index < _rows.Count ? _rows[_index] : null;

    public int Index => _index;

    /// <summary>Whether the cursor is its mark alone: a row that is lit costs a line of octets whenever the list moves.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>Screen row of the first row of data when last drawn, for the mouse.</summary>
    public (int X, int Y, int Width, int Height) Area { get; private set; }

    /// <summary>Makes an object's row: its texts, cleaned, and how they look.</summary>
    public TableRow<T> RowOf(string id, T item) => new(
        id,
        item,
        [.. columns.Select(c => SafeText.Clean(c.Get(item)))],
        [.. columns.Select(c => c.Role?.Invoke(item) ?? StyleRole.Text)]);

    /// <summary>Puts the cursor on an object; when it is gone the cursor stays at its row number.</summary>
    public void Select(string? id)
    {
        _moved |= id is not null;
        Find(id);
    }

    private void Find(string? id)
    {
        if (id is not null)
        {
            if (_index < _rows.Count && _rows[_index].Id == id)
            {
                SelectedId = id;
                return;
            }

            for (var i = 0; i < _rows.Count; i++)
            {
                if (_rows[i].Id == id)
                {
                    _index = i;
                    SelectedId = id;
                    return;
                }
            }
        }

        Move(0);
    }

    public void Move(int by)
    {
        _moved |= by > 0;
        _index = Math.Clamp(_index + by, 0, Math.Max(0, _rows.Count - 1));
        SelectedId = _rows.Count > 0 ? _rows[_index].Id : null;
    }

    public void MovePage(double pages) => Move((int)Math.Round(pages * _page));

    public void MoveToEnd(bool last)
    {
        Move(last ? _rows.Count : -_rows.Count);
        _moved = last;
    }

    public void ToggleMark()
    {
        if (SelectedId is { } id)
        {
            if (!Marks.Remove(id))
            {
                Marks.Add(id);
            }

            _markedLast = id;
            Move(1);
        }
    }

    /// <summary>Marks everything from the row that was marked last (else the first) to the cursor.</summary>
    public void MarkRange()
    {
        var from = 0;
        for (var i = 0; i < _rows.Count && _markedLast is not null; i++)
        {
            from = _rows[i].Id == _markedLast ? i : from;
        }

        for (var i = Math.Min(from, _index); i <= Math.Max(from, _index) && i < _rows.Count; i++)
        {
            Marks.Add(_rows[i].Id);
        }

        _markedLast = SelectedId;
    }

    /// <summary>Columns that the operator wants (true) or does not (false), whatever the width; by header.</summary>
    public IReadOnlyDictionary<string, bool> ChosenColumns => _chosen;

    /// <summary>Whether a column was on the screen when last drawn.</summary>
    public bool Shows(int column) => Array.IndexOf(_shown, column, 0, _shownCount) >= 0;

    /// <summary>Shows or hides a column from now on; null leaves it to the width again.</summary>
    public void ChooseColumn(string header, bool? shown)
    {
        if (shown is { } wanted)
        {
            _chosen[header] = wanted;
        }
        else
        {
            _chosen.Remove(header);
        }

        _layoutWidth = -1;
    }

    /// <summary>The column under a point of the header line; -1: none.</summary>
    public int HeaderAt(int x, int y)
    {
        if (y != Area.Y - 1 || x < Area.X + 2)
        {
            return -1;
        }

        var left = Area.X + 2;
        for (var i = 0; i < _shownCount; i++)
        {
            if (x < left + _widths[i] + 1)
            {
                return _shown[i];
            }

            left += _widths[i] + 1;
        }

        return -1;
    }

    /// <summary>The marked rows; without marks the one under the cursor.</summary>
    public IReadOnlyList<TableRow<T>> Chosen()
    {
        var marked = _rows.Where(row => Marks.Contains(row.Id)).ToList();
        return marked.Count > 0 ? marked : Selected is { } row ? [row] : [];
    }

    /// <summary>A click or the wheel. Returns whether it hit.</summary>
    public bool OnMouse(InputEvent input)
    {
        var (x, y, width, height) = Area;
        if (input.X < x || input.X >= x + width || input.Y < y || input.Y >= y + height)
        {
            return false;
        }

        switch (input.Kind)
        {
            case InputKind.WheelUp:
                Move(-3);
                return true;
            case InputKind.WheelDown:
                Move(3);
                return true;
            case InputKind.MouseDown when _top + input.Y - y < _rows.Count:
                Move(_top + input.Y - y - _index);
                return true;
            default:
                return false;
        }
    }

    public void Draw(Surface surface, Theme theme)
    {
        Layout(surface.Width);
        var x = 0;
        for (var i = 0; i < _shownCount; i++)
        {
            var column = columns[_shown[i]];
            var at = 2 + x;
            if (column.Right)
            {
                surface.TextRight(at + _widths[i], 0, column.Header, theme[StyleRole.ColumnHeader], _widths[i]);
            }
            else
            {
                surface.Text(at, 0, column.Header, theme[StyleRole.ColumnHeader], _widths[i]);
            }

            x += _widths[i] + 1;
        }

        _page = Math.Max(1, surface.Height - 1);
        _top = Math.Clamp(_top, Math.Max(0, _index - _page + 1), _index);
        _top = Math.Max(0, Math.Min(_top, _rows.Count - _page));
        var origin = surface.Origin;
        Area = (origin.X, origin.Y + 1, surface.Width, _page);
        for (var line = 0; line < _page && _top + line < _rows.Count; line++)
        {
            DrawRow(surface, theme, line + 1, _rows[_top + line], _top + line == _index);
        }
    }

    private void DrawRow(Surface surface, Theme theme, int y, TableRow<T> row, bool selected)
    {
        var marked = Marks.Contains(row.Id);
        var lit = selected && !IsQuiet;
        var below = lit ? theme[StyleRole.Selected] : marked ? theme[StyleRole.Marked] : default;
        if (lit)
        {
            surface.Fill(0, y, surface.Width, ' ', below);
        }

        if (selected)
        {
            surface.Put(0, y, Glyphs.Cursor, below);
        }

        if (marked)
        {
            surface.Put(1, y, '*', below);
        }

        var x = 2;
        for (var i = 0; i < _shownCount; i++)
        {
            var index = _shown[i];

            // On the cursor's row its own colours win, or a critical row would be unreadable there.
            var style = lit ? below with { Attributes = below.Attributes | theme[row.Roles[index]].Attributes } : theme[row.Roles[index]].Over(below);
            if (columns[index].Right)
            {
                surface.TextRight(x + _widths[i], y, row.Cells[index], style, _widths[i]);
            }
            else
            {
                surface.Text(x, y, row.Cells[index], style, _widths[i]);
            }

            x += _widths[i] + 1;
        }
    }

    /// <summary>Chooses the columns for a width: the highest priority numbers go first, the stretched one takes what is left.</summary>
    private void Layout(int width)
    {
        if (width == _layoutWidth)
        {
            return;
        }

        _layoutWidth = width;
        var shown = Enumerable.Range(0, columns.Count).Where(i => _chosen.GetValueOrDefault(columns[i].Header, true)).ToList();
        while (shown.Count > 1 && 2 + shown.Sum(i => columns[i].Width + 1) - 1 > width)
        {
            var victim = shown.MaxBy(Priority);
            if (Priority(victim) == 0)
            {
                break;
            }

            shown.Remove(victim);
        }

        // What the operator asked for stays as long as what the view itself would never drop.
        int Priority(int i) => _chosen.ContainsKey(columns[i].Header) ? 0 : columns[i].Priority;

        var spare = Math.Max(0, width - 2 - shown.Sum(i => columns[i].Width + 1) + 1);
        _shownCount = shown.Count;
        for (var i = 0; i < shown.Count; i++)
        {
            _shown[i] = shown[i];
            _widths[i] = columns[shown[i]].Width + (columns[shown[i]].Stretch ? spare : 0);
        }
    }
}
