using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>One line of text being typed, with the usual keys, a history and a bound on its length.</summary>
internal sealed class LineEditor
{
    public const int MaxLength = 1000;
    private readonly List<string> _history = [];
    private int _historyIndex;

    public string Text { get; private set; } = "";

    public int Cursor { get; private set; }

    public void Set(string text)
    {
        Text = text.Length > MaxLength ? text[..MaxLength] : text;
        Cursor = Text.Length;
        _historyIndex = _history.Count;
    }

    public void Remember(string text)
    {
        if (text.Length > 0 && (_history.Count == 0 || _history[^1] != text))
        {
            _history.Add(text);
        }

        _historyIndex = _history.Count;
    }

    /// <summary>Text is inserted as one harmless line, whether typed or pasted.</summary>
    public void Insert(string text)
    {
        var clean = SafeText.Clean(text.ReplaceLineEndings(" "));
        if (Text.Length + clean.Length <= MaxLength)
        {
            Text = Text.Insert(Cursor, clean);
            Cursor += clean.Length;
        }
    }

    /// <summary>An editing key. Returns whether it was one.</summary>
    public bool OnKey(InputEvent input)
    {
        if (input.IsText)
        {
            Insert(input.Rune.ToString());
            return true;
        }

        switch (input.KeyName)
        {
            case "backspace":
                Delete(Previous());
                return true;
            case "delete" or "ctrl-d" when Cursor < Text.Length:
                var next = Cursor + (char.IsHighSurrogate(Text[Cursor]) ? 2 : 1);
                Text = Text.Remove(Cursor, Math.Min(next, Text.Length) - Cursor);
                return true;
            case "ctrl-u":
                Text = Text[Cursor..];
                Cursor = 0;
                return true;
            case "ctrl-k":
                Text = Text[..Cursor];
                return true;
            case "ctrl-w":
                Delete(Text[..Cursor].TrimEnd().LastIndexOf(' ') + 1);
                return true;
            case "left" or "ctrl-b":
                Cursor = Previous();
                return true;
            case "right" or "ctrl-f" when Cursor < Text.Length:
                Cursor += char.IsHighSurrogate(Text[Cursor]) ? 2 : 1;
                return true;
            case "home" or "ctrl-a":
                Cursor = 0;
                return true;
            case "end" or "ctrl-e":
                Cursor = Text.Length;
                return true;
            case "up" when _historyIndex > 0:
                Recall(_historyIndex - 1);
                return true;
            case "down" when _historyIndex < _history.Count:
                Recall(_historyIndex + 1);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Columns before the cursor.</summary>
    public int CursorColumn => SafeText.Width(Text.AsSpan(0, Cursor));

    private void Recall(int index)
    {
        Text = index < _history.Count ? _history[index] : "";
        Cursor = Text.Length;
        _historyIndex = index;
    }

    private int Previous()
    {
        if (Cursor == 0)
        {
            return 0;
        }

        return Cursor - (char.IsLowSurrogate(Text[Cursor - 1]) && Cursor > 1 ? 2 : 1);
    }

    private void Delete(int from)
    {
        Text = Text.Remove(from, Cursor - from);
        Cursor = from;
    }
}
