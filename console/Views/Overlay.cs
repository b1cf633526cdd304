using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>Something over the views that takes all input until it is closed.</summary>
internal abstract class Overlay
{
    /// <summary>Whether it has done its work.</summary>
    public bool IsClosed { get; protected set; }

    public abstract void Draw(Surface screen, Theme theme);

    public abstract void OnInput(InputEvent input);

    /// <summary>A frame in the middle of the screen, on a ground of its own.</summary>
    protected static Surface Frame(Surface screen, Theme theme, string title, int width, int height)
    {
        width = Math.Min(width, screen.Width - 2);
        height = Math.Min(height, screen.Height - 2);
        var part = screen.Part((screen.Width - width) / 2, (screen.Height - height) / 2, width, height);
        part.Clear(theme[StyleRole.Dialog]);
        return part.Box(title, "", theme[StyleRole.Border].Over(theme[StyleRole.Dialog]), theme[StyleRole.Title].Over(theme[StyleRole.Dialog]));
    }
}
