using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>Every key of the view and of the console, made from the action table; typing searches it.</summary>
internal sealed class HelpOverlay(string title, IReadOnlyList<(string Group, IReadOnlyList<ConsoleAction> Actions)> groups) : Overlay
{
    private readonly LineEditor _search = new();
    private int _top;
    private int _lines;

    public override void Draw(Surface screen, Theme theme)
    {
        var inside = Frame(screen, theme, $"Help: {title}   type to search: {_search.Text}", Math.Min(90, screen.Width - 2), screen.Height - 2);
        var document = Build(_search.Text);
        _lines = document.Height(inside.Width - 2);
        _top = Math.Clamp(_top, 0, Math.Max(0, _lines - inside.Height));
        document.Draw(inside.Part(1, 0, inside.Width - 2, inside.Height), theme, _top);
    }

    public override void OnInput(InputEvent input)
    {
        switch (input.Kind == InputKind.Key ? input.KeyName : "")
        {
            case "escape" or "enter" or "ctrl-c":
                IsClosed = true;
                break;
            case "?" when _search.Text.Length == 0:
                IsClosed = true;
                break;
            case "down" or "pagedown":
                _top += input.Key == Key.PageDown ? 10 : 1;
                break;
            case "up" or "pageup":
                _top -= input.Key == Key.PageUp ? 10 : 1;
                break;
            default:
                if (_search.OnKey(input))
                {
                    _top = 0;
                }

                break;
        }
    }

    /// <summary>The help as text; the operator's guide is made of the same.</summary>
    public Document Build(string search)
    {
        var document = new Document();
        foreach (var (group, actions) in groups)
        {
            var shown = actions.Where(a => search.Length == 0
                || a.Title.Contains(search, StringComparison.OrdinalIgnoreCase) || a.Keys.Contains(search, StringComparer.Ordinal)).ToList();
            if (shown.Count == 0)
            {
                continue;
            }

            document.Heading(group);
            foreach (var action in shown)
            {
                var reason = action.WhyNot();
                document.Add(
                    $"  {string.Join(' ', action.Keys),-18} {action.Title}{(reason is null ? "" : $"   ({reason})")}",
                    reason is null ? StyleRole.Text : StyleRole.Dim);
            }
        }

        return document;
    }
}
