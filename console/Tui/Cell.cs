namespace SensorNet.Console.Tui;

/// <summary>
/// One column of one row: 16 octets. <see cref="Rune"/> is a code point that has passed <see cref="SafeText"/>, or
/// <see cref="Continuation"/> in the right half of a wide one.
/// </summary>
internal readonly record struct Cell(int Rune, CellStyle Style)
{
    /// <summary>The right half of the wide character to the left.</summary>
    public const int Continuation = -1;

    public static Cell Blank => new(' ', default);
}
