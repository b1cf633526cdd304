using System.Text;

namespace SensorNet.Console.Tui;

/// <summary>One thing that came from the terminal. Coordinates count from 0.</summary>
internal readonly record struct InputEvent(
    InputKind Kind,
    Key Key = Key.None,
    Rune Rune = default,
    KeyModifiers Modifiers = KeyModifiers.None,
    int X = 0,
    int Y = 0,
    string? Text = null)
{
    public static InputEvent Of(Key key, KeyModifiers modifiers = KeyModifiers.None) => new(InputKind.Key, key, Modifiers: modifiers);

    public static InputEvent Of(char character, KeyModifiers modifiers = KeyModifiers.None) =>
        new(InputKind.Key, Key.Character, new Rune(character), modifiers);

    /// <summary>Whether it types a character into a text.</summary>
    public bool IsText => Kind == InputKind.Key && Key == Key.Character && (Modifiers & (KeyModifiers.Alt | KeyModifiers.Control)) == 0;

    /// <summary>The name that key maps use: <c>a</c>, <c>G</c>, <c>space</c>, <c>ctrl-d</c>, <c>shift-tab</c>, <c>f1</c>; empty for what is no key.</summary>
    public string KeyName
    {
        get
        {
            if (Kind != InputKind.Key)
            {
                return "";
            }

            // A character's shift is in the character itself.
            var shift = Modifiers.HasFlag(KeyModifiers.Shift) && Key != Key.Character;
            var name = Key == Key.Character ? Rune.Value == ' ' ? "space" : Rune.ToString() : KeyNames[(int)Key];
            return Modifiers == KeyModifiers.None
                ? name
                : (Modifiers.HasFlag(KeyModifiers.Control) ? "ctrl-" : "") + (Modifiers.HasFlag(KeyModifiers.Alt) ? "alt-" : "") + (shift ? "shift-" : "") + name;
        }
    }

    private static readonly string[] KeyNames = [.. Enum.GetNames<Key>().Select(n => n.ToLowerInvariant())];
}
