using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>Bars and sparklines of single cells.</summary>
internal static class Charts
{
    /// <summary>A bar of a width, filled in proportion; something that is not nothing shows at least one cell.</summary>
    public static void Bar(Surface surface, int x, int y, int width, double part, double whole, CellStyle full, CellStyle empty)
    {
        var filled = whole > 0 ? (int)Math.Round(width * Math.Clamp(part / whole, 0, 1)) : 0;
        filled = part > 0 ? Math.Max(filled, 1) : filled;
        surface.Fill(x, y, filled, Glyphs.Bar, full);
        surface.Fill(x + filled, y, width - filled, Glyphs.BarEmpty, empty);
    }

    /// <summary>The newest values on the right; values that share a cell are added up.</summary>
    public static void Sparkline(Surface surface, int x, int y, int width, ReadOnlySpan<double> values, CellStyle style)
    {
        if (values.Length == 0 || width <= 0)
        {
            return;
        }

        var perCell = Math.Max(1, (values.Length + width - 1) / width);
        var cells = (values.Length + perCell - 1) / perCell;
        Span<double> sums = stackalloc double[Math.Min(cells, 512)];
        for (var i = 0; i < values.Length; i++)
        {
            // Counted from the newest, so that a cell's members do not change with every new value's arrival.
            var cell = sums.Length - 1 - ((values.Length - 1 - i) / perCell);
            if (cell >= 0)
            {
                sums[cell] += values[i];
            }
        }

        var most = 0.0;
        foreach (var sum in sums)
        {
            most = Math.Max(most, sum);
        }

        for (var i = 0; i < sums.Length; i++)
        {
            var step = most > 0 ? (int)Math.Ceiling(sums[i] / most * (Glyphs.Sparks.Length - 1)) : 0;
            surface.Put(x + width - sums.Length + i, y, Glyphs.Sparks[step], style);
        }
    }
}
