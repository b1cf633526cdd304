using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>Asks before something is done: one key for what can be undone, the object's name for what cannot.</summary>
internal sealed class ConfirmOverlay(string question, IReadOnlyList<string> impact, string? nameToType, Action confirmed) : Overlay
{
    private readonly LineEditor _typed = new();

    public override void Draw(Surface screen, Theme theme)
    {
        var width = Math.Clamp(Math.Max(SafeText.Width(question), impact.Select(i => SafeText.Width(i)).DefaultIfEmpty(0).Max()) + 6, 44, 76);
        var inside = Frame(screen, theme, "", width, impact.Count + 6);
        var ground = theme[StyleRole.Dialog];
        inside.Text(1, 0, question, theme[StyleRole.DialogStrong]);
        for (var i = 0; i < impact.Count; i++)
        {
            inside.Text(1, i + 1, impact[i], ground);
        }

        if (nameToType is null)
        {
            inside.Text(1, impact.Count + 2, "y  yes     any other key  no", ground);
            return;
        }

        var at = inside.Text(1, impact.Count + 2, $"type {nameToType} to confirm: ", ground);
        inside.Text(at, impact.Count + 2, _typed.Text, theme[StyleRole.DialogStrong]);
        inside.ShowCursor(at + _typed.CursorColumn, impact.Count + 2);
        inside.Text(1, impact.Count + 3, "enter  do it     esc  cancel", ground);
    }

    public override void OnInput(InputEvent input)
    {
        // Only a key decides: pasted text and the mouse never confirm anything.
        if (input.Kind != InputKind.Key)
        {
            return;
        }

        if (nameToType is null)
        {
            IsClosed = true;
            if (input.KeyName == "y")
            {
                confirmed();
            }

            return;
        }

        switch (input.KeyName)
        {
            case "escape" or "ctrl-c":
                IsClosed = true;
                break;
            case "enter" when _typed.Text == nameToType:
                IsClosed = true;
                confirmed();
                break;
            default:
                _typed.OnKey(input);
                break;
        }
    }
}
