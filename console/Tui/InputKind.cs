namespace SensorNet.Console.Tui;

/// <summary>What came from the terminal.</summary>
internal enum InputKind : byte
{
    Key,

    /// <summary>Pasted text: it is only ever text and can never trigger an action.</summary>
    Paste,
    MouseDown,
    MouseUp,
    WheelUp,
    WheelDown,
    FocusIn,
    FocusOut,

    /// <summary>An answer of the terminal to a question of ours.</summary>
    Report,
}
