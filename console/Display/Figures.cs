using System.Globalization;

namespace SensorNet.Console.Display;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    /// <summary><c>4,812</c>.</summary>
    public static string Count(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>At most five characters: <c>980</c>, <c>1.2k</c>, <c>84k</c>, <c>3.1M</c>, <c>12G</c>.</summary>
    public static string Short(double value) => value switch
    {
        < 0 or double.NaN => "0",
        < 10 => value.ToString(value == Math.Floor(value) ? "0" : "0.0", CultureInfo.InvariantCulture),
        < 1_000 => value.ToString("0", CultureInfo.InvariantCulture),
        _ => Scaled(value, 1_000, "kMGTPE"),
    };

    /// <summary>Octets in powers of 1024: <c>812B</c>, <c>1.2K</c>, <c>3.1G</c>.</summary>
    public static string Bytes(ulong value) =>
        value < 1024 ? string.Create(CultureInfo.InvariantCulture, $"{value}B") : Scaled(value, 1024, "KMGTPE");

    /// <summary><c>38%</c>; <c>-</c> when there is no whole.</summary>
    public static string Percent(double part, double whole) =>
        whole <= 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100 * part / whole:0}%");

    /// <summary>Microseconds as milliseconds: <c>3.4ms</c>, <c>294ms</c>.</summary>
    public static string Milliseconds(ulong microseconds) => Short(microseconds < 10_000 ? Math.Round(microseconds / 1000.0, 1) : microseconds / 1000) + "ms";

    private static string Scaled(double value, double step, string units)
    {
        var unit = -1;
        while (value >= step && unit + 1 < units.Length)
        {
            value /= step;
            unit++;
        }

        return value.ToString(value < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + units[unit];
    }
}
