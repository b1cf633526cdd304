namespace SensorNet.Sensor.Logs;

/// <summary>
/// Turns the civil times of log lines into nanoseconds since 1970 UTC. Lines without a year (RFC 3164 section 4.1.2) are
/// taken as the latest such moment that is not more than a day after now, or after the reference time of a replay: a
/// December line read in January is last year's. Lines without a zone are in the given one. Not thread-safe.
/// </summary>
internal sealed class LogClock(TimeZoneInfo zone, TimeProvider clock, DateTimeOffset? reference = null)
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long SecondsPerDay = 86_400;

    // Offsets change at quarters of an hour only, so one lookup serves all lines of a quarter.
    private long _quarter = long.MinValue;
    private long _quarterOffset;

    private int _yearMonth = -1;
    private int _yearDay = -1;
    private int _year;
    private DateTimeOffset _yearSince;

    public long Now => ToNanoseconds(reference ?? clock.GetUtcNow());

    public static long ToNanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;

    /// <summary>A time with year and offset from UTC.</summary>
    /// <returns>False for a moment that no calendar has.</returns>
    public static bool TryUtc(int year, int month, int day, int hour, int minute, int second, int nanosecond, int offsetMinutes, out long time)
    {
        if (!TrySeconds(year, month, day, hour, minute, second, out var seconds))
        {
            time = 0;
            return false;
        }

        time = ((seconds - (offsetMinutes * 60L)) * NanosecondsPerSecond) + nanosecond;
        return true;
    }

    /// <summary>A time in the sensor's zone.</summary>
    public bool TryLocal(int year, int month, int day, int hour, int minute, int second, int nanosecond, out long time)
    {
        if (!TrySeconds(year, month, day, hour, minute, second, out var seconds))
        {
            time = 0;
            return false;
        }

        time = ((seconds - Offset(seconds)) * NanosecondsPerSecond) + nanosecond;
        return true;
    }

    /// <summary>A time in the sensor's zone of which the year is not written.</summary>
    public bool TryYearless(int month, int day, int hour, int minute, int second, int nanosecond, out long time)
    {
        // A clock that is set leaves the minute for which the year is remembered.
        var now = reference ?? clock.GetUtcNow();
        if (month == _yearMonth && day == _yearDay && now >= _yearSince && now - _yearSince < TimeSpan.FromMinutes(1))
        {
            return TryLocal(_year, month, day, hour, minute, second, nanosecond, out time);
        }

        time = 0;
        var limit = now.AddDays(1);
        var limitNanoseconds = ToNanoseconds(limit);

        // 29 February needs up to eight years back (1896-1904 had none between).
        for (var year = limit.Year + 1; year > limit.Year - 9 && year > 1970; year--)
        {
            if (TryLocal(year, month, day, hour, minute, second, nanosecond, out time) && time <= limitNanoseconds)
            {
                Remember(year, month, day, now, limitNanoseconds);
                return true;
            }
        }

        time = 0;
        return false;
    }

    // A day's year is remembered while no moment of that day can fall on the other side of the limit: the whole day of
    // this year is before it, and the same day of the next year is far behind it.
    private void Remember(int year, int month, int day, DateTimeOffset now, long limit)
    {
        TryLocal(year, month, day, 23, 59, 59, 0, out var end);
        if (end <= limit && limit - end < 300 * SecondsPerDay * NanosecondsPerSecond)
        {
            _year = year;
            _yearMonth = month;
            _yearDay = day;
            _yearSince = now;
        }
    }

    private long Offset(long localSeconds)
    {
        var quarter = Math.DivRem(localSeconds, 900).Quotient;
        if (quarter != _quarter)
        {
            var local = new DateTime(DateTime.UnixEpoch.Ticks + (localSeconds * TimeSpan.TicksPerSecond), DateTimeKind.Unspecified);
            _quarterOffset = (long)zone.GetUtcOffset(local).TotalSeconds;
            _quarter = quarter;
        }

        return _quarterOffset;
    }

    private static bool TrySeconds(int year, int month, int day, int hour, int minute, int second, out long seconds)
    {
        seconds = 0;
        if ((uint)(year - 1970) > 229 || (uint)(month - 1) > 11 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || (uint)hour > 23 || (uint)minute > 59 || (uint)second > 60)
        {
            return false;
        }

        // A leap second is the second after it, as POSIX time has it.
        var days = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay;
        seconds = (days * SecondsPerDay) + (hour * 3600) + (minute * 60) + second;
        return true;
    }
}
