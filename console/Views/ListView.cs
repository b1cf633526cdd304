using SensorNet.Console.Cli;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>
/// A list with the selected object's detail beside it (wide screens) or below it; the shape of most views. A subclass
/// names columns, items and how an item is told in full.
/// </summary>
internal abstract class ListView<T> : View
    where T : class
{
    private const int WideScreen = 120;
    private static readonly TimeSpan DoubleClick = TimeSpan.FromMilliseconds(400);

    private readonly IReadOnlyList<TableColumn<T>> _columns;
    private readonly Dictionary<string, TableRow<T>> _cache = new(StringComparer.Ordinal);
    private ListFilter _filter = ListFilter.Everything;
    private string _filterText = "";
    private object? _rowsVersion;
    private object? _cellsVersion;
    private (string Id, T Item, object? Version) _documentKey;
    private Document _document = new();
    private IReadOnlyList<ConsoleAction>? _actions;
    private int _sortColumn = -1;
    private bool _descending = true;
    private (string? Id, DateTimeOffset At) _clicked;

    protected ListView(ConsoleScreens screens, IReadOnlyList<TableColumn<T>> columns)
        : base(screens)
    {
        _columns = columns;
        Table = new Table<T>(columns);
    }

    /// <summary>The columns there are, by header.</summary>
    public IReadOnlyList<string> Columns => [.. _columns.Select(c => c.Header)];

    public override IReadOnlyDictionary<string, bool> ChosenColumns => Table.ChosenColumns;

    public override void ChooseColumn(string header, bool? shown)
    {
        if (_columns.Any(c => c.Header == header))
        {
            Table.ChooseColumn(header, shown);
        }
    }

    public Table<T> Table { get; }

    public override IReadOnlyList<ConsoleAction> Actions => _actions ??= OpenTitle is null ? [.. OwnActions(), .. ListActions()] : [OpenAction(), .. OwnActions(), .. ListActions()];

    public override string? Filter
    {
        get => _filterText;
        set
        {
            _filterText = value ?? "";
            _filter = ListFilter.Parse(_filterText, [.. _columns.Select(c => c.Header)], out var complaint);
            _rowsVersion = null;
            if (complaint is not null)
            {
                Screens.Toast(complaint);
            }
        }
    }

    /// <summary>Shown when there are no items; says what to do.</summary>
    protected abstract string EmptyText { get; }

    /// <summary>Whether all that the list has is here: an empty one is empty then.</summary>
    protected virtual bool IsKnown => IsAnswered;

    /// <summary>What Enter does, first in the footer; null: it opens the item, which need not be said first.</summary>
    protected virtual string? OpenTitle => null;

    /// <summary>What marks; a view that needs the space bar names another.</summary>
    protected virtual string MarkKey => "space";

    /// <summary>Changes whenever <see cref="Items"/> would give something else.</summary>
    protected abstract object ItemsVersion { get; }

    /// <summary>Changes whenever cells of unchanged items would say something else (time left, what others did); null: never.</summary>
    protected virtual object? CellsVersion => null;

    /// <summary>Changes whenever the detail of the same item would be told otherwise; null: never.</summary>
    protected virtual object? DetailVersion => null;

    protected abstract IEnumerable<T> Items();

    protected abstract string KeyOf(T item);

    /// <summary>Tells an item in full.</summary>
    protected abstract void Describe(Document document, T item);

    protected abstract string ListTitle(int shown);

    protected virtual string ListNote() => "";

    protected abstract string DetailTitle(T item);

    protected virtual IEnumerable<ConsoleAction> OwnActions() => [];

    /// <summary>Enter.</summary>
    protected virtual void Open(T item) =>
        Screens.Push(new DetailView(Screens, () => DetailTitle(Current(item)), () => DocumentOf(Current(item)), DetailActions()));

    protected virtual IReadOnlyList<ConsoleAction> DetailActions() => [.. OwnActions()];

    /// <summary>How the items are written as JSON, for copies and exports.</summary>
    protected abstract Listing<T> Listing { get; }

    /// <summary>What copying an item puts on the clipboard.</summary>
    protected virtual string CopyText(T item) => KeyOf(item);

    protected T? SelectedItem => Table.Selected?.Item;

    public override void Draw(Surface surface)
    {
        UpdateRows();
        var wide = surface.Width >= WideScreen;
        var tall = surface.Height >= 17;
        var listWidth = wide ? surface.Width * 61 / 100 : surface.Width;

        // A short list leaves its room to the detail, one without a row takes it all.
        var listHeight = wide || !tall || Table.Rows.Count == 0
            ? surface.Height
            : Math.Clamp(Table.Rows.Count + 3, surface.Height * 4 / 10, Math.Max(surface.Height * 6 / 10, surface.Height - 20));
        var list = surface.Part(0, 0, listWidth, listHeight)
            .Box(ListTitle(Table.Rows.Count), Note(), Theme[StyleRole.Border], Theme[StyleRole.Title]);
        Table.Draw(list, Theme);
        if (Table.Rows.Count == 0)
        {
            var text = !IsKnown ? (Model.Link.IsUp ? "asking the collector ..." : "This was not asked for before the collector was lost.")
                : _filter.IsEmpty ? EmptyText
                : "Nothing here matches the filter. Esc clears it.";
            new Document().Add(text, StyleRole.Dim).Draw(list.Part(2, 2, list.Width - 4, list.Height - 2), Theme, 0);
        }

        if (wide)
        {
            DrawDetail(surface.Part(listWidth, 0, surface.Width - listWidth, surface.Height));
        }
        else if (listHeight < surface.Height)
        {
            DrawDetail(surface.Part(0, listHeight, surface.Width, surface.Height - listHeight));
        }
    }

    public override string? SelectedId
    {
        get => Table.SelectedId;
        set
        {
            UpdateRows();
            Table.Select(value);
        }
    }

    /// <summary>The mouse: a click selects, a second one opens, one on a header sorts.</summary>
    public override bool OnInput(InputEvent input)
    {
        if (input.Kind == InputKind.MouseDown && Table.HeaderAt(input.X, input.Y) is >= 0 and var column)
        {
            SortBy(column);
            return true;
        }

        var hit = Table.OnMouse(input);
        if (hit && input.Kind == InputKind.MouseDown && Table.Selected is { } row)
        {
            var twice = _clicked.Id == row.Id && Screens.Now - _clicked.At < DoubleClick;
            _clicked = (row.Id, Screens.Now);
            if (twice)
            {
                _clicked = default;
                Open(row.Item);
            }
        }

        return hit;
    }

    /// <summary>Tab in the filter prompt: a column's name.</summary>
    public override string CompleteFilter(string text)
    {
        var start = text.LastIndexOf(' ') + 1;
        var word = text[start..].TrimStart('!', '-');
        var found = word.Length == 0 ? null : _columns.Select(c => c.Header.ToLowerInvariant()).FirstOrDefault(h => !h.Contains(' ', StringComparison.Ordinal) && h.StartsWith(word, StringComparison.OrdinalIgnoreCase));
        return found is null ? text : text[..^word.Length] + found + ":";
    }

    public override bool Back()
    {
        if (_filterText.Length > 0)
        {
            Filter = "";
            return true;
        }

        if (Table.Marks.Count > 0)
        {
            Table.Marks.Clear();
            return true;
        }

        return false;
    }

    public override void Settle() => UpdateRows();

    /// <summary>Makes the rows anew when the items or the filter changed; rows of unchanged objects are kept.</summary>
    public void UpdateRows()
    {
        var version = ItemsVersion;
        if (Equals(version, _rowsVersion))
        {
            return;
        }

        _rowsVersion = version;
        if (!Equals(CellsVersion, _cellsVersion))
        {
            _cellsVersion = CellsVersion;
            _cache.Clear();
        }

        var rows = new List<TableRow<T>>();
        var seen = new Dictionary<string, TableRow<T>>(StringComparer.Ordinal);
        foreach (var item in Items())
        {
            var key = KeyOf(item);
            if (!_cache.TryGetValue(key, out var row) || !ReferenceEquals(row.Item, item))
            {
                row = Table.RowOf(key, item);
            }

            if (seen.TryAdd(key, row) && _filter.Matches(row.Cells))
            {
                rows.Add(row);
            }
        }

        _cache.Clear();
        foreach (var (key, row) in seen)
        {
            _cache.Add(key, row);
        }

        Table.Marks.IntersectWith(seen.Keys);
        Table.IsArriving = !IsKnown;
        Table.Rows = Sorted(rows);
    }

    /// <summary>By a column, greatest first; by the same one again the other way round; -1 is the view's own order.</summary>
    private void SortBy(int column)
    {
        _descending = column != _sortColumn || !_descending;
        _sortColumn = column;
        _rowsVersion = null;
    }

    private void ChooseSort() => Screens.Choose("Sort by", () =>
    [
        .. _columns.Select((c, i) => new Choice(_sortColumn == i ? $"{c.Header}  ({(_descending ? "greatest" : "least")} first)" : c.Header, () => SortBy(i))),
        new Choice("the view's own order", () => SortBy(-1)),
    ]);

    private void ChooseColumns() => Screens.Choose(
        "Columns",
        () =>
        [
            .. _columns.Select((c, i) => new Choice(c.Header, () => Chosen(c.Header, !Table.Shows(i)), Checked: Table.Shows(i))),
            new Choice("as the width allows", () => Chosen(null, true)),
        ],
        stays: true);

    private void Chosen(string? header, bool shown)
    {
        foreach (var column in _columns.Where(c => header is null || c.Header == header))
        {
            Table.ChooseColumn(column.Header, header is null ? null : shown);
        }

        Screens.KeepColumns();
    }

    private List<TableRow<T>> Sorted(List<TableRow<T>> rows)
    {
        if (_sortColumn < 0)
        {
            return rows;
        }

        // Stable, so that rows that are alike keep the view's own order.
        var (column, index) = (_columns[_sortColumn], _sortColumn);
        var ordered = (column.Sort, _descending) switch
        {
            (null, false) => rows.OrderBy(row => row.Cells[index], StringComparer.OrdinalIgnoreCase),
            (null, true) => rows.OrderByDescending(row => row.Cells[index], StringComparer.OrdinalIgnoreCase),
            (var key, false) => rows.OrderBy(row => key(row.Item)),
            (var key, true) => rows.OrderByDescending(row => key(row.Item)),
        };
        return [.. ordered];
    }

    private string Note()
    {
        var sort = _sortColumn < 0 ? "" : $"sort {_columns[_sortColumn].Header} {(_descending ? "down" : "up")}";
        var marked = Table.Marks.Count > 0 ? $"{Table.Marks.Count} marked" : "";
        return string.Join("  ", new[] { sort, marked, ListNote() }.Where(part => part.Length > 0));
    }

    /// <summary>The newest state of an object that was opened.</summary>
    protected T Current(T item) => _cache.TryGetValue(KeyOf(item), out var row) ? row.Item : item;

    protected Document DocumentOf(T item)
    {
        var key = (KeyOf(item), item, DetailVersion);
        if (_documentKey.Id != key.Item1 || !ReferenceEquals(_documentKey.Item, item) || !Equals(_documentKey.Version, key.DetailVersion))
        {
            _documentKey = key;
            _document = new Document();
            Describe(_document, item);
        }

        return _document;
    }

    private void DrawDetail(Surface surface)
    {
        if (Table.Selected is not { } selected)
        {
            surface.Box("", "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
            return;
        }

        var inside = surface.Box(DetailTitle(selected.Item), "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
        DocumentOf(selected.Item).Draw(inside, Theme, 0);
    }

    private void Export() => Screens.Export(
        Id,
        new("csv", () => CsvText.Of(_columns.Select(c => c.Header), Table.Rows.Select(row => row.Cells))),
        new("jsonl", () => string.Concat(Table.Rows.Select(row => ListingWriter.ToJson(Listing.WriteJson, row.Item) + "\n"))));

    private ConsoleAction OpenAction() =>
        new("list.open", ["enter", "l", "right"], OpenTitle ?? "open", () => Open(Table.Selected!.Item), () => Table.Selected is null ? "nothing is selected" : null);

    private IEnumerable<ConsoleAction> ListActions()
    {
        Func<string?> needsItem = () => Table.Selected is null ? "nothing is selected" : null;
        if (OpenTitle is null)
        {
            yield return OpenAction();
        }

        yield return new("list.down", ["j", "down"], "down", () => Table.Move(1), InFooter: false);
        yield return new("list.up", ["k", "up"], "up", () => Table.Move(-1), InFooter: false);
        yield return new("list.pagedown", ["pagedown"], "page down", () => Table.MovePage(1), InFooter: false);
        yield return new("list.pageup", ["pageup"], "page up", () => Table.MovePage(-1), InFooter: false);
        yield return new("list.halfdown", ["ctrl-d"], "half a page down", () => Table.MovePage(0.5), InFooter: false);
        yield return new("list.halfup", ["ctrl-u"], "half a page up", () => Table.MovePage(-0.5), InFooter: false);
        yield return new("list.top", ["g", "home"], "first", () => Table.MoveToEnd(last: false), InFooter: false);
        yield return new("list.end", ["G", "end"], "last", () => Table.MoveToEnd(last: true), InFooter: false);
        yield return new("list.mark", [MarkKey], "mark", Table.ToggleMark, needsItem);
        yield return new("list.markrange", ["v"], "mark up to here", Table.MarkRange, needsItem, InFooter: false);
        yield return new("list.markall", ["*"], "mark all that are listed", () => Table.Marks.UnionWith(Table.Rows.Select(r => r.Id)), needsItem, InFooter: false);
        yield return new("list.unmark", ["ctrl-\\"], "clear marks", Table.Marks.Clear, () => Table.Marks.Count == 0 ? "nothing is marked" : null, InFooter: false);
        yield return new("list.sort", ["o"], "sort", ChooseSort);
        yield return new("list.reverse", ["O"], "reverse the order", () => SortBy(_sortColumn), () => _sortColumn < 0 ? "no sort column is chosen (o)" : null, InFooter: false);
        yield return new("list.columns", ["c"], "columns", ChooseColumns);
        yield return new("list.export", ["w"], "export", Export, needsItem);
        yield return new("list.copy", ["y"], "copy", () => Screens.Copy(SafeText.Clean(CopyText(Table.Selected!.Item))), needsItem, InFooter: false);
        yield return new("list.copyall", ["Y"], "copy as JSON", () => Screens.Copy(ListingWriter.ToJson(Listing.WriteJson, Table.Selected!.Item)), needsItem, InFooter: false);
    }
}
