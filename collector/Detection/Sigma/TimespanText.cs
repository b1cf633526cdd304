using System.Globalization;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>Sigma's timespans: a number and one of s, m, h, d, w, M (30 days), y (365 days).</summary>
internal static class TimespanText
{
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        if (text.Length < 2
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > 1_000_000)
        {
            return false;
        }

        var unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            'M' => TimeSpan.FromDays(30),
            'y' => TimeSpan.FromDays(365),
            _ => TimeSpan.Zero,
        };
        span = unit * number;
        return unit != TimeSpan.Zero && span <= TimeSpan.FromDays(3650);
    }

    /// <summary>The shortest form: <c>10m</c>, <c>1h</c>, <c>1d</c>.</summary>
    public static string Format(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        return seconds switch
        {
            _ when seconds % 86400 == 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86400}d"),
            _ when seconds % 3600 == 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h"),
            _ when seconds % 60 == 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
        };
    }
}
