using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>A document over the whole body, scrollable, searchable, wrapped or not; what Enter opens.</summary>
internal sealed class DetailView : View
{
    private const int Shift = 16;
    private readonly Func<string> _title;
    private readonly Func<Document> _document;
    private string _search = "";
    private int _hit = -1;
    private bool _wrap = true;
    private int _left;
    private int _top;
    private int _page = 10;
    private int _width = 80;
    private int _height = 1;

    /// <param name="screens">The console.</param>
    /// <param name="title">In the frame.</param>
    /// <param name="document">Made anew for each frame; cheap when nothing changed.</param>
    /// <param name="actions">Beside scrolling; their keys win.</param>
    public DetailView(ConsoleScreens screens, Func<string> title, Func<Document> document, IReadOnlyList<ConsoleAction> actions)
        : base(screens)
    {
        _title = title;
        _document = document;
        ConsoleAction[] own =
        [
            new("detail.down", ["j", "down"], "down", () => Scroll(1), InFooter: false),
            new("detail.up", ["k", "up"], "up", () => Scroll(-1), InFooter: false),
            new("detail.pagedown", ["pagedown", "ctrl-d", "space"], "page down", () => Scroll(_page), InFooter: false),
            new("detail.pageup", ["pageup", "ctrl-u"], "page up", () => Scroll(-_page), InFooter: false),
            new("detail.top", ["g", "home"], "top", () => Scroll(-_height), InFooter: false),
            new("detail.end", ["G", "end"], "end", () => Scroll(_height), InFooter: false),
            new("detail.left", ["h", "left"], "left", () => _left = Math.Max(0, _left - Shift), () => WhyNoSide(_left == 0), InFooter: false),
            new("detail.right", ["l", "right"], "right", () => _left += Shift, () => WhyNoSide(_left + _width >= _document().Width), InFooter: false),
            new("detail.first", ["H"], "first column", () => _left = 0, () => WhyNoSide(_left == 0), InFooter: false),
            new("detail.last", ["L"], "last column", () => _left = Math.Max(0, _document().Width - _width), () => WhyNoSide(false), InFooter: false),
            new("detail.next", ["n"], "next hit", () => Find(1), WhyNoHit, InFooter: false),
            new("detail.before", ["N"], "hit before", () => Find(-1), WhyNoHit, InFooter: false),
            new("detail.wrap", ["W"], "wrap", () => (_wrap, _left) = (!_wrap, 0)),
            new("detail.copy", ["y"], "copy", () => Screens.Copy(_document().ToText())),
            new("detail.export", ["w"], "export", () => Screens.Export("detail", new ExportForm("txt", () => _document().ToText())), InFooter: false),
            new("detail.back", ["enter"], "back", Screens.CloseTop, InFooter: false),
        ];
        var taken = actions.SelectMany(a => a.Keys).ToHashSet(StringComparer.Ordinal);
        Actions = [.. actions, .. own.Where(a => !a.Keys.Any(taken.Contains))];
    }

    public override string Id => "detail";

    public override string Title => _title();

    public override IReadOnlyList<ConsoleAction> Actions { get; }

    /// <summary>What is searched for in the text.</summary>
    public override string? Filter
    {
        get => _search;
        set
        {
            var again = value == _search;
            _search = value ?? "";
            _hit = again ? _hit : _top - 1;
            if (_search.Length > 0)
            {
                Find(1);
            }
        }
    }

    public override void Draw(Surface surface)
    {
        var document = _document();
        _page = Math.Max(1, surface.Height - 2);
        _width = surface.Width - 2;
        _height = document.Height(_wrap ? _width : int.MaxValue);
        _top = Math.Clamp(_top, 0, Math.Max(0, _height - _page));
        var note = _height > _page ? $"{Math.Min(_height, _top + _page)}/{_height}" : "";
        var inside = surface.Box(_title(), note, Theme[StyleRole.Border], Theme[StyleRole.Title]);
        document.Draw(inside, Theme, _top, _wrap ? -1 : _left, _search);
    }

    public override bool OnInput(InputEvent input)
    {
        switch (input.Kind)
        {
            case InputKind.WheelDown:
                Scroll(3);
                return true;
            case InputKind.WheelUp:
                Scroll(-3);
                return true;
            default:
                return false;
        }
    }

    public override bool Back()
    {
        if (_search.Length == 0)
        {
            return false;
        }

        (_search, _hit) = ("", -1);
        return true;
    }

    private string? WhyNoHit() => _search.Length == 0 ? "/ searches first" : null;

    private string? WhyNoSide(bool atEnd) => _wrap ? "long lines are wrapped (W)" : atEnd ? "there is no more" : null;

    private void Find(int by)
    {
        var hit = _document().Find(_search, _hit, by, _wrap ? _width : int.MaxValue);
        if (hit < 0)
        {
            Screens.Toast($"'{_search}' is not in the text");
            return;
        }

        _hit = hit;
        if (hit < _top || hit >= _top + _page)
        {
            _top = Math.Max(0, hit - (_page / 3));
        }
    }

    private void Scroll(int by) => _top = Math.Clamp(_top + by, 0, Math.Max(0, _height - _page));
}
