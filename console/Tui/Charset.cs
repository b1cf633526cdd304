namespace SensorNet.Console.Tui;

/// <summary>What characters the terminal can show.</summary>
internal enum Charset : byte
{
    Utf8,
    Ascii,
}
