namespace SensorNet.Console.Tui;

/// <summary>A colour of the theme: the terminal's own, or red, green and blue. How it is sent depends on what the terminal can show.</summary>
internal readonly record struct Color
{
    private const uint RgbFlag = 0x0100_0000;
    private readonly uint _bits;

    private Color(uint bits) => _bits = bits;

    /// <summary>The terminal's own foreground or background.</summary>
    public static Color Default => default;

    public bool IsDefault => _bits == 0;

    public byte Red => (byte)(_bits >> 16);

    public byte Green => (byte)(_bits >> 8);

    public byte Blue => (byte)_bits;

    /// <summary>Of 0xRRGGBB.</summary>
    public static Color Rgb(uint rgb) => new(RgbFlag | (rgb & 0xFF_FFFF));

    /// <summary>The nearest entry of the 256-colour palette's cube and grey ramp (16 to 255).</summary>
    public int ToPalette256()
    {
        var (r, g, b) = (CubeStep(Red), CubeStep(Green), CubeStep(Blue));
        var cube = Distance(CubeLevel(r), CubeLevel(g), CubeLevel(b));
        var grey = Math.Clamp(((Red + Green + Blue) / 3 - 3) / 10, 0, 23);
        var level = 8 + (10 * grey);
        return Distance(level, level, level) < cube ? 232 + grey : 16 + (36 * r) + (6 * g) + b;
    }

    /// <summary>The nearest of the sixteen colours that every colour terminal has, as VGA defines them.</summary>
    public int ToPalette16()
    {
        var best = 0;
        var least = int.MaxValue;
        for (var i = 0; i < 16; i++)
        {
            var (r, g, b) = Vga(i);
            var distance = Distance(r, g, b);
            if (distance < least)
            {
                (best, least) = (i, distance);
            }
        }

        return best;
    }

    private static (int R, int G, int B) Vga(int i)
    {
        if (i == 7)
        {
            return (0xAA, 0xAA, 0xAA);
        }

        if (i == 8)
        {
            return (0x55, 0x55, 0x55);
        }

        var (off, on) = i > 8 ? (0x55, 0xFF) : (0, 0xAA);
        return ((i & 1) != 0 ? on : off, (i & 2) != 0 ? on : off, (i & 4) != 0 ? on : off);
    }

    private static int CubeStep(int value) => value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;

    private static int CubeLevel(int step) => step == 0 ? 0 : 55 + (40 * step);

    private int Distance(int r, int g, int b) =>
        ((Red - r) * (Red - r)) + ((Green - g) * (Green - g)) + ((Blue - b) * (Blue - b));
}
