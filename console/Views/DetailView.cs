using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>A document over the whole body, scrollable; what Enter opens.</summary>
internal sealed class DetailView : View
{
    private readonly string _title;
    private readonly Func<Document> _document;
    private int _top;
    private int _page = 10;
    private int _height = 1;

    /// <param name="screens">The console.</param>
    /// <param name="title">In the frame.</param>
    /// <param name="document">Made anew for each frame; cheap when nothing changed.</param>
    /// <param name="actions">Beside scrolling.</param>
    public DetailView(ConsoleScreens screens, string title, Func<Document> document, IReadOnlyList<ConsoleAction> actions)
        : base(screens)
    {
        _title = title;
        _document = document;
        Actions =
        [
            .. actions,
            new("detail.down", ["j", "down"], "down", () => Scroll(1), InFooter: false),
            new("detail.up", ["k", "up"], "up", () => Scroll(-1), InFooter: false),
            new("detail.pagedown", ["pagedown", "ctrl-d", "space"], "page down", () => Scroll(_page), InFooter: false),
            new("detail.pageup", ["pageup", "ctrl-u"], "page up", () => Scroll(-_page), InFooter: false),
            new("detail.top", ["g", "home"], "top", () => Scroll(-_height), InFooter: false),
            new("detail.end", ["G", "end"], "end", () => Scroll(_height), InFooter: false),
            new("detail.copy", ["y"], "copy", () => Screens.Copy(_document().ToText())),
            new("detail.export", ["w"], "write to a file", () => Screens.Export("detail", "txt", () => _document().ToText()), InFooter: false),
            new("detail.back", ["enter"], "back", Screens.CloseTop, InFooter: false),
        ];
    }

    public override string Id => "detail";

    public override string Title => _title;

    public override IReadOnlyList<ConsoleAction> Actions { get; }

    public override void Draw(Surface surface)
    {
        var document = _document();
        _page = Math.Max(1, surface.Height - 2);
        _height = document.Height(surface.Width - 2);
        _top = Math.Clamp(_top, 0, Math.Max(0, _height - _page));
        var note = _height > _page ? $"{Math.Min(_height, _top + _page)}/{_height}" : "";
        var inside = surface.Box(_title, note, Theme[StyleRole.Border], Theme[StyleRole.Title]);
        document.Draw(inside, Theme, _top);
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

    private void Scroll(int by) => _top = Math.Clamp(_top + by, 0, Math.Max(0, _height - _page));
}
