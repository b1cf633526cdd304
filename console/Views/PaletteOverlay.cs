using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>Finds any action or view by a few letters of its name, in order; Enter does it.</summary>
internal sealed class PaletteOverlay(IReadOnlyList<ConsoleAction> actions) : Overlay
{
    private readonly LineEditor _search = new();
    private int _index;

    public override void Draw(Surface screen, Theme theme)
    {
        var inside = Frame(screen, theme, "Palette", Math.Min(64, screen.Width - 2), Math.Min(18, screen.Height - 2));
        var ground = theme[StyleRole.Dialog];
        var at = inside.Text(1, 0, "> ", theme[StyleRole.DialogStrong]);
        inside.Text(at, 0, _search.Text, ground);
        inside.ShowCursor(at + _search.CursorColumn, 0);
        var found = Matches();
        _index = Math.Clamp(_index, 0, Math.Max(0, found.Count - 1));
        var page = inside.Height - 1;
        var top = Math.Max(0, _index - page + 1);
        for (var y = 0; y < page && top + y < found.Count; y++)
        {
            var action = found[top + y];
            var style = top + y == _index ? theme[StyleRole.Selected] : ground;
            inside.Fill(0, y + 1, inside.Width, ' ', style);
            inside.Text(1, y + 1, action.Title, style, 34);
            inside.Text(37, y + 1, string.Join(' ', action.Keys), style, 12);
            if (action.WhyNot() is { } reason)
            {
                inside.Text(1 + action.Title.Length + 1, y + 1, $"({reason})", theme[StyleRole.Dim].Over(style), 34 - action.Title.Length);
            }
        }
    }

    public override void OnInput(InputEvent input)
    {
        switch (input.Kind == InputKind.Key ? input.KeyName : "paste")
        {
            case "escape" or "ctrl-c" or "ctrl-p":
                IsClosed = true;
                break;
            case "enter" when Matches() is { Count: > 0 } found:
                var action = found[Math.Min(_index, found.Count - 1)];
                if (action.WhyNot() is null)
                {
                    IsClosed = true;
                    action.Run();
                }

                break;
            case "down" or "tab":
                _index++;
                break;
            case "up" or "shift-tab":
                _index = Math.Max(0, _index - 1);
                break;
            case "paste":
                break;
            default:
                if (_search.OnKey(input))
                {
                    _index = 0;
                }

                break;
        }
    }

    /// <summary>Whether the letters occur in the text in this order, in any letter case.</summary>
    public static bool IsMatch(string letters, string text)
    {
        var at = 0;
        foreach (var letter in letters)
        {
            at = text.IndexOf(letter.ToString(), at, StringComparison.OrdinalIgnoreCase) + 1;
            if (at == 0)
            {
                return false;
            }
        }

        return true;
    }

    private List<ConsoleAction> Matches() => _search.Text.Length == 0 ? [.. actions] :
    [
        .. actions.Where(a => IsMatch(_search.Text, a.Title))
            .OrderByDescending(a => a.Title.StartsWith(_search.Text, StringComparison.OrdinalIgnoreCase))
            .ThenByDescending(a => a.Title.StartsWith(_search.Text[..1], StringComparison.OrdinalIgnoreCase))
            .ThenBy(a => a.Title.Length),
    ];
}
