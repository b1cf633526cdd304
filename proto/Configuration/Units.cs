using System.Buffers;
using System.Globalization;

namespace SensorNet.Proto.Configuration;

/// <summary>Durations and sizes as people write them: <c>5m</c>, <c>32MiB</c>.</summary>
public static class Units
{
    private static readonly (string Suffix, double Milliseconds)[] Durations =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 7 * 86_400_000.0)];

    private static readonly (string Suffix, long Octets)[] Sizes =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("B", 1)];

    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789.");

    /// <summary>A number and one of ms, s, m, h, d, w; not negative.</summary>
    public static bool TryParseDuration(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = default;
        var digits = text.IndexOfAnyExcept(Number);
        if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        foreach (var (suffix, milliseconds) in Durations)
        {
            if (text[digits..].SequenceEqual(suffix))
            {
                var total = number * milliseconds;
                if (total > TimeSpan.MaxValue.TotalMilliseconds / 2)
                {
                    return false;
                }

                value = TimeSpan.FromMilliseconds(total);
                return true;
            }
        }

        return false;
    }

    /// <summary>A number of octets, alone or with B, KiB, MiB, GiB or TiB; not negative.</summary>
    public static bool TryParseSize(ReadOnlySpan<char> text, out long value)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        var number = digits < 0 ? text : text[..digits];
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        if (digits < 0)
        {
            return true;
        }

        foreach (var (suffix, octets) in Sizes)
        {
            if (text[digits..].SequenceEqual(suffix) && value <= long.MaxValue / octets)
            {
                value *= octets;
                return true;
            }
        }

        return false;
    }

    /// <summary>The duration in the largest unit that writes it as a whole number.</summary>
    public static string Format(TimeSpan value)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        foreach (var (suffix, unit) in Durations.Reverse())
        {
            if (suffix != "w" && milliseconds != 0 && milliseconds % (long)unit == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / (long)unit}{suffix}");
            }
        }

        return "0s";
    }

    /// <summary>The size in the largest unit that writes it as a whole number.</summary>
    public static string FormatSize(long octets)
    {
        for (var i = 3; i >= 0; i--)
        {
            if (octets != 0 && octets % Sizes[i].Octets == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{octets / Sizes[i].Octets}{Sizes[i].Suffix}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{octets}B");
    }
}
