using System.Globalization;

namespace SensorNet.Console.Display;

/// <summary>Times as people and scripts read them: always UTC. On the wire a time is nanoseconds since 1970; 0 is unknown.</summary>
internal static class Times
{
    /// <summary>Nanoseconds since 1970 of an instant.</summary>
    public static long ToNanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;

    /// <summary>The instant, cut to 100 ns; times outside what .NET can hold become its nearest bound.</summary>
    public static DateTimeOffset FromNanoseconds(long nanoseconds)
    {
        var ticks = DateTimeOffset.UnixEpoch.UtcTicks + (nanoseconds / 100);
        return new DateTimeOffset(Math.Clamp(ticks, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
    }

    /// <summary><c>2026-11-21T12:04:31Z</c>, or <c>-</c> when unknown.</summary>
    public static string Iso(long nanoseconds) => Format(nanoseconds, "yyyy-MM-dd'T'HH:mm:ss'Z'");

    /// <summary><c>2026-11-21T12:04:31.482Z</c>, or <c>-</c> when unknown.</summary>
    public static string IsoMillis(long nanoseconds) => Format(nanoseconds, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary><c>12:04:31</c>, or <c>-</c> when unknown.</summary>
    public static string Clock(long nanoseconds) => Format(nanoseconds, "HH:mm:ss");

    /// <summary><c>12:04:31.482</c>, or <c>-</c> when unknown.</summary>
    public static string ClockMillis(long nanoseconds) => Format(nanoseconds, "HH:mm:ss.fff");

    /// <summary><c>12:04:31</c> for a time of the same UTC day as <paramref name="now"/>, else <c>11-20 12:04</c>.</summary>
    public static string Short(long nanoseconds, DateTimeOffset now) =>
        nanoseconds != 0 && FromNanoseconds(nanoseconds).Date != now.UtcDateTime.Date ? Format(nanoseconds, "MM-dd HH:mm") : Clock(nanoseconds);

    /// <summary>A length in its two largest units: <c>33s</c>, <c>3m19s</c>, <c>2h05m</c>, <c>14d03h</c>; negative ones count as none.</summary>
    public static string Length(TimeSpan length)
    {
        if (length < TimeSpan.Zero)
        {
            length = TimeSpan.Zero;
        }

        return length switch
        {
            { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalSeconds}s"),
            { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{length.Minutes}m{length.Seconds:00}s"),
            { TotalHours: < 24 } => string.Create(CultureInfo.InvariantCulture, $"{length.Hours}h{length.Minutes:00}m"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(long)length.TotalDays}d{length.Hours:00}h"),
        };
    }

    /// <summary>How long before <paramref name="now"/> a time was; <c>-</c> when unknown.</summary>
    public static string Age(long nanoseconds, DateTimeOffset now) =>
        nanoseconds == 0 ? "-" : Length(now - FromNanoseconds(nanoseconds));

    /// <summary>Reads <c>90s</c>, <c>15m</c>, <c>1h</c>, <c>2d</c>, <c>1w</c>; a bare number is seconds.</summary>
    public static bool TryParseLength(string text, out TimeSpan length)
    {
        length = TimeSpan.Zero;
        if (text.Length == 0)
        {
            return false;
        }

        var unit = text[^1] switch
        {
            's' => 1L,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => 0,
        };
        var digits = unit == 0 ? text : text[..^1];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 100_000_000)
        {
            return false;
        }

        length = TimeSpan.FromSeconds(count * Math.Max(unit, 1));
        return true;
    }

    /// <summary>Reads a point in time: ISO 8601 (UTC unless it names an offset) or a length before <paramref name="now"/>.</summary>
    public static bool TryParsePoint(string text, DateTimeOffset now, out long nanoseconds)
    {
        nanoseconds = 0;
        if (TryParseLength(text, out var ago) && ago <= now - DateTimeOffset.UnixEpoch)
        {
            nanoseconds = ToNanoseconds(now - ago);
            return true;
        }

        if (DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var point)
            && point >= DateTimeOffset.UnixEpoch && point.Year < 2262)
        {
            nanoseconds = ToNanoseconds(point);
            return true;
        }

        return false;
    }

    private static string Format(long nanoseconds, string format) =>
        nanoseconds == 0 ? "-" : FromNanoseconds(nanoseconds).UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
