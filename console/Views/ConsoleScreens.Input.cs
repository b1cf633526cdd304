using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>Keys, mouse and the prompt.</summary>
internal sealed partial class ConsoleScreens
{
    private readonly LineEditor _commandLine = new();
    private readonly LineEditor _filterLine = new();
    private readonly LineEditor _textLine = new();
    private Prompt? _prompt;

    public void OnInput(InputEvent input)
    {
        if (_overlay is not null)
        {
            var overlay = _overlay;
            overlay.OnInput(input);
            if (overlay.IsClosed && ReferenceEquals(overlay, _overlay))
            {
                _overlay = null;
            }

            return;
        }

        if (_prompt is not null)
        {
            OnPromptInput(_prompt, input);
            return;
        }

        switch (input.Kind)
        {
            case InputKind.Key:
                OnKey(input);
                break;
            case InputKind.MouseDown when input.Y == 1 && _tabs.FirstOrDefault(t => input.X >= t.From && input.X < t.To) is { To: > 0 } tab:
                Show(_views[tab.View].Id);
                break;
            case InputKind.MouseDown or InputKind.WheelUp or InputKind.WheelDown:
                Top.OnInput(input);
                break;
            default:
                // Pasted text outside a prompt is nobody's: it must never act as keys.
                break;
        }
    }

    /// <summary>Asks for a line of text.</summary>
    /// <param name="label">Before the text; short.</param>
    /// <param name="initial">What it begins with.</param>
    /// <param name="accepted">Enter.</param>
    /// <param name="hint">What may be written, shown dim behind the text.</param>
    public void AskText(string label, string initial, Action<string> accepted, string hint = "")
    {
        _textLine.Set(initial);
        _prompt = new Prompt(label, _textLine, accepted) { Hint = hint };
    }

    private void OnKey(InputEvent input)
    {
        Top.Settle();
        var name = input.KeyName;
        var action = Find(Top.Actions, name) ?? Find(GlobalActions, name);
        if (action is null)
        {
            Top.OnInput(input);
            return;
        }

        if (action.WhyNot() is { } reason)
        {
            Toast($"{action.Title}: {reason}");
            return;
        }

        action.Run();
    }

    private static ConsoleAction? Find(IReadOnlyList<ConsoleAction> actions, string key)
    {
        foreach (var action in actions)
        {
            if (Array.IndexOf(action.Keys, key) >= 0)
            {
                return action;
            }
        }

        return null;
    }

    private void OnPromptInput(Prompt prompt, InputEvent input)
    {
        if (input.Kind == InputKind.Paste)
        {
            prompt.Editor.Insert(input.Text ?? "");
            prompt.Changed?.Invoke(prompt.Editor.Text);
            return;
        }

        if (input.Kind != InputKind.Key)
        {
            return;
        }

        switch (input.KeyName)
        {
            case "escape" or "ctrl-c":
                _prompt = null;
                prompt.Cancelled?.Invoke();
                break;
            case "enter":
                _prompt = null;
                prompt.Editor.Remember(prompt.Editor.Text);
                prompt.Accepted(prompt.Editor.Text);
                break;
            case "tab" when prompt.Complete is not null:
                prompt.Editor.Set(prompt.Complete(prompt.Editor.Text));
                prompt.Changed?.Invoke(prompt.Editor.Text);
                break;
            case "backspace" when prompt.Editor.Text.Length == 0:
                _prompt = null;
                prompt.Cancelled?.Invoke();
                break;
            default:
                if (prompt.Editor.OnKey(input))
                {
                    prompt.Changed?.Invoke(prompt.Editor.Text);
                }

                break;
        }
    }

    private void OnEscape()
    {
        if (Top.Back())
        {
            return;
        }

        CloseTop();
    }
}
