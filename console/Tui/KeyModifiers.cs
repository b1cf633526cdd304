namespace SensorNet.Console.Tui;

/// <summary>In the bit order of the CSI modifier parameter.</summary>
[Flags]
internal enum KeyModifiers : byte
{
    None = 0,
    Shift = 1,
    Alt = 2,
    Control = 4,
}
