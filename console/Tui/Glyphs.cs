namespace SensorNet.Console.Tui;

/// <summary>The console's own line and block characters, and what stands for them in ASCII.</summary>
internal static class Glyphs
{
    public const char Horizontal = '─';
    public const char Vertical = '│';
    public const char TopLeft = '┌';
    public const char TopRight = '┐';
    public const char BottomLeft = '└';
    public const char BottomRight = '┘';
    public const char ArrowRight = '▶';
    public const char ArrowLeft = '◀';
    public const char Cut = '…';
    public const char Bar = '█';
    public const char BarEmpty = '░';
    public const char Cursor = '›';

    /// <summary>From nothing to full, for charts of one cell's height.</summary>
    public const string Sparks = " ▁▂▃▄▅▆▇█";

    /// <summary>The ASCII character for a code point: itself, its stand-in, or a question mark.</summary>
    public static int ToAscii(int rune) => rune switch
    {
        < 0x80 => rune,
        Horizontal => '-',
        Vertical => '|',
        TopLeft or TopRight or BottomLeft or BottomRight => '+',
        ArrowRight or Cursor => '>',
        ArrowLeft => '<',
        Cut => '~',
        Bar => '#',
        BarEmpty => '.',
        '▁' => '_',
        '▂' or '▃' => '.',
        '▄' or '▅' => '-',
        '▆' or '▇' => '=',
        '·' => '.',
        _ => '?',
    };
}
