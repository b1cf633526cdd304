namespace SensorNet.Console.Tui;

/// <summary>How many colours the terminal can show.</summary>
internal enum ColorDepth : byte
{
    /// <summary>None: attributes alone tell things apart.</summary>
    Mono,
    Sixteen,
    Palette256,
    TrueColor,
}
