namespace SensorNet.Console.Tui;

/// <summary>How a cell looks.</summary>
internal readonly record struct CellStyle(Color Foreground, Color Background, TextAttributes Attributes = TextAttributes.None)
{
    /// <summary>This style over another: what this one leaves unset is taken from below.</summary>
    public CellStyle Over(CellStyle below) => new(
        Foreground.IsDefault ? below.Foreground : Foreground,
        Background.IsDefault ? below.Background : Background,
        Attributes | below.Attributes);
}
