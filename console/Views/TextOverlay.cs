using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>A text to be read, or selected with the terminal's own mouse; any key that does not scroll closes it.</summary>
internal sealed class TextOverlay(string title, Document document) : Overlay
{
    private int _top;

    public override void Draw(Surface screen, Theme theme)
    {
        var width = screen.Width - 4;
        var inside = Frame(screen, theme, title, width, Math.Min(document.Height(width - 4) + 2, screen.Height - 2));
        _top = Math.Clamp(_top, 0, Math.Max(0, document.Height(inside.Width - 2) - inside.Height));
        document.Draw(inside.Part(1, 0, inside.Width - 2, inside.Height), theme, _top);
    }

    public override void OnInput(InputEvent input)
    {
        switch (input.Kind == InputKind.Key ? input.KeyName : "")
        {
            case "":
                break;
            case "down" or "j":
                _top++;
                break;
            case "up" or "k":
                _top--;
                break;
            case "pagedown" or "ctrl-d":
                _top += 10;
                break;
            case "pageup" or "ctrl-u":
                _top -= 10;
                break;
            default:
                IsClosed = true;
                break;
        }
    }
}
