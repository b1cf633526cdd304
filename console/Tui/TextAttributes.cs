namespace SensorNet.Console.Tui;

/// <summary>What else than colour a cell can have. As wide as a colour, so that a cell has no padding and compares as octets.</summary>
[Flags]
internal enum TextAttributes : uint
{
    None = 0,
    Bold = 1,
    Dim = 2,
    Underline = 4,
    Reverse = 8,
}
