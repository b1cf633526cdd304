namespace SensorNet.Console.Tui;

/// <summary>A key; <see cref="Character"/> for those that type one.</summary>
internal enum Key : byte
{
    None,
    Character,
    Enter,
    Tab,
    Escape,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F1,
    F2,
    F3,
    F4,
    F5,
    F6,
    F7,
    F8,
    F9,
    F10,
    F11,
    F12,
}
