using System.Globalization;

namespace SensorNet.Collector.Query;

/// <summary>Times as queries write them.</summary>
internal static class QueryTime
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK",
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK",
    ];

    /// <summary>
    /// Nanoseconds since 1970 of <c>now</c>, <c>now-15m</c>, <c>-15m</c>, <c>today</c>, <c>yesterday</c>, an ISO 8601 date or time (UTC unless
    /// it has a zone), or a number of seconds, milliseconds, microseconds or nanoseconds since 1970.
    /// </summary>
    /// <exception cref="QueryException">It is none of these.</exception>
    public static long Parse(QueryValue value, DateTimeOffset now)
    {
        var text = value.Text.Trim();
        if (text.Equals("today", StringComparison.OrdinalIgnoreCase) || text.Equals("yesterday", StringComparison.OrdinalIgnoreCase))
        {
            var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
            return Nanoseconds(text.Length == 5 ? today : today.AddDays(-1));
        }

        if (text.StartsWith("now", StringComparison.OrdinalIgnoreCase))
        {
            text = text[3..];
            if (text.Length == 0)
            {
                return Nanoseconds(now);
            }
        }

        if (text.Length > 1 && text[0] is '-' or '+' && TryDuration(text.AsSpan(1), out var duration))
        {
            var moment = Nanoseconds(now);
            return text[0] == '-' ? moment - duration : moment + duration;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number switch
            {
                < 100_000_000_000 => number * 1_000_000_000,
                < 100_000_000_000_000 => number * 1_000_000,
                < 100_000_000_000_000_000 => number * 1000,
                _ => number,
            };
        }

        // .NET's times end at 100 ns, events' times do not.
        var rest = TakeFraction(ref text);
        if (DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return Nanoseconds(time) + rest;
        }

        throw new QueryException($"\"{value.Text}\" is no time; write 2026-03-01, 2026-03-01T12:30:00Z, now-15m or -2h", value.Column);
    }

    /// <summary>A length of time such as 90s, 15m, 2h, 7d or 2w, in nanoseconds.</summary>
    public static bool TryDuration(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length < 2)
        {
            return false;
        }

        var digits = text.EndsWith("ms", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text[..^1];
        long unit = digits.Length == text.Length - 2 ? 1_000_000 : char.ToLowerInvariant(text[^1]) switch
        {
            's' => 1_000_000_000,
            'm' => 60_000_000_000,
            'h' => 3_600_000_000_000,
            'd' => 86_400_000_000_000,
            'w' => 604_800_000_000_000,
            _ => 0,
        };
        if (unit == 0 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > long.MaxValue / 4 / unit)
        {
            return false;
        }

        nanoseconds = count * unit;
        return true;
    }

    /// <summary>Takes ".5" and the like, up to nine digits, out of a time; its nanoseconds.</summary>
    private static long TakeFraction(ref string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 3 || text[point - 3] != ':')
        {
            return 0;
        }

        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var digits = text.AsSpan(point + 1, end - point - 1);
        if (digits.Length is 0 or > 9)
        {
            return 0;
        }

        var nanoseconds = long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        for (var i = digits.Length; i < 9; i++)
        {
            nanoseconds *= 10;
        }

        text = text.Remove(point, end - point);
        return nanoseconds;
    }

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
