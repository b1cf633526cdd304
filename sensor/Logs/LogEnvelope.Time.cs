using System.Buffers.Text;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

// The forms of time, and the envelopes that begin with one.
internal sealed partial class LogEnvelope
{
    // "[Dec 21 12:57:01] SECURITY[77]: ...", "[2024-01-02 03:04:05.123] ...", "[ 12345.678901] ...".
    private void ReadBracketed(ReadOnlySpan<byte> text, ref LogLine line)
    {
        var close = text.IndexOf((byte)']');
        if (close is < 2 or > 48)
        {
            return;
        }

        var inner = LogText.Trim(text[1..close]);
        var rest = LogText.Trim(text[(close + 1)..]);
        if (TryYearlessStamp(inner, out var time, out _))
        {
            line.Time = time;
            line.Zone = TimeZoneSource.Sensor;
        }
        else if (!TryIso(inner, ref line, out _))
        {
            // Seconds since boot say nothing of the day: the time stays that of reading.
            if (LogText.LeadingDigits(inner) is { Length: > 0 } seconds && seconds.Length < inner.Length && inner[seconds.Length] == '.')
            {
                line.Kind = EnvelopeKind.Kernel;
                line.Program = "kernel"u8;
                line.Message = rest;
            }

            return;
        }

        line.Kind = EnvelopeKind.Bracketed;
        line.Message = rest;
    }

    private void ReadDated(ReadOnlySpan<byte> text, ref LogLine line)
    {
        if (!TryIso(text, ref line, out var length))
        {
            if (!TryDayMonth(text, ref line))
            {
                ReadMachine(text, ref line);
            }

            return;
        }

        var rest = text[length..];
        if (text[10] == 'T' && rest is [(byte)' ', ..])
        {
            line.Kind = EnvelopeKind.Syslog;
            ReadHostAndTag(rest, ref line);
            return;
        }

        line.Kind = EnvelopeKind.Plain;
        line.Message = LogText.Trim(rest is [(byte)':', ..] ? rest[1..] : rest);
        if (line.Message.StartsWith("fail2ban."u8))
        {
            line.Program = "fail2ban"u8;
        }
        else if (line.Zone == TimeZoneSource.Explicit || LooksLikeHostAndTag(line.Message))
        {
            var message = line.Message;
            if (LooksLikeHostAndTag(message))
            {
                ReadHostAndTag(message, ref line);
                line.Kind = EnvelopeKind.Syslog;
            }
        }
    }

    // "host program[12]: " or "host program: ".
    private static bool LooksLikeHostAndTag(ReadOnlySpan<byte> text)
    {
        var space = text.IndexOf((byte)' ');
        if (space <= 0 || text[..space].IndexOfAny("[]:%"u8) >= 0)
        {
            return false;
        }

        var tag = text[(space + 1)..];
        var end = tag.IndexOfAny(" :["u8);
        return end > 0 && tag[end] != ' ';
    }

    // journalctl's short-full: "2026-11-21 01:36:44 UTC", behind the weekday. Of zones only UTC's name says enough.
    private bool TryDatedWithZone(ReadOnlySpan<byte> text, ref LogLine line, out int length)
    {
        if (!TryIso(text, ref line, out length))
        {
            return false;
        }

        var cursor = new LineCursor(text[length..]);
        if (!cursor.Take(" "u8))
        {
            return false;
        }

        var zone = cursor.Word();
        if (zone.SequenceEqual("UTC"u8))
        {
            byte[] stamp = [.. text[..length], (byte)'Z'];
            if (TryExplicit(stamp, out var time))
            {
                (line.Time, line.Zone) = (time, TimeZoneSource.Explicit);
            }
        }

        length = text.Length - cursor.Rest.Length;
        return true;
    }

    // Vagrant's "--machine-readable": "1700000000,default,action,up". Proxmox: "100 4 tap100i0-IN 20/Jun/2022:13:09:14 +0200 ...".
    private static void ReadMachine(ReadOnlySpan<byte> text, ref LogLine line)
    {
        if (TryEpoch(text, out var time, out var length) && length is >= 9 and <= 20 && length < text.Length && text[length] == ',')
        {
            line.Kind = EnvelopeKind.Machine;
            line.Time = time;
            line.Zone = TimeZoneSource.Explicit;
            line.Program = "vagrant"u8;
            line.Message = LogText.Trim(text[(length + 1)..]);
            return;
        }

        // journalctl's short-unix: "1795930462.652979 host program[12]: ...".
        if (length > 10 && length < text.Length && text[length] == ' ' && LooksLikeHostAndTag(text[(length + 1)..]))
        {
            line.Kind = EnvelopeKind.Syslog;
            line.Time = time;
            line.Zone = TimeZoneSource.Explicit;
            ReadHostAndTag(text[length..], ref line);
            return;
        }

        var cursor = new LineCursor(text);
        cursor.Word();
        cursor.Word();
        cursor.Word();
        if (TryClf(cursor.Rest, out time, out length))
        {
            line.Kind = EnvelopeKind.Plain;
            line.Time = time;
            line.Zone = TimeZoneSource.Explicit;
            line.Program = "pve-firewall"u8;
            line.Message = LogText.Trim(cursor.Rest[length..]);
        }
    }

    // "11-Aug-2013 03:36:11.372 ..." (BIND) and "08-03 07:56:53.026292 ..." (FreeSWITCH without a year).
    private bool TryDayMonth(ReadOnlySpan<byte> text, ref LogLine line)
    {
        long time;
        int at;
        if (text.Length > 20 && text[2] == '-' && text[6] == '-' && text[11] == ' ' && Two(text, 0, out var day) && Month(text[3..]) is > 0 and var month
            && Two(text, 7, out var century) && Two(text, 9, out var inCentury) && TryClockTime(text[12..], out var hour, out var minute, out var second))
        {
            at = 20;
            var nanosecond = Fraction(text[at..], out var fraction);
            at += fraction;
            if (!clock.TryLocal((century * 100) + inCentury, month, day, hour, minute, second, nanosecond, out time))
            {
                return false;
            }
        }
        else if (text.Length > 14 && text[2] == '-' && text[5] == ' ' && Two(text, 0, out month) && Two(text, 3, out day) && TryClockTime(text[6..], out hour, out minute, out second))
        {
            at = 14;
            var nanosecond = Fraction(text[at..], out var fraction);
            at += fraction;
            if (month is < 1 or > 12 || !clock.TryYearless(month, day, hour, minute, second, nanosecond, out time))
            {
                return false;
            }
        }
        else
        {
            return false;
        }

        line.Time = time;
        line.Zone = TimeZoneSource.Sensor;
        line.Kind = EnvelopeKind.Plain;
        line.Message = LogText.Trim(text[at..]);
        return true;
    }

    // "20/Jun/2022:13:09:14 +0200"
    private static bool TryClf(ReadOnlySpan<byte> text, out long time, out int length)
    {
        time = 0;
        length = 26;
        return text.Length >= 26 && text[2] == '/' && text[6] == '/' && text[11] == ':' && text[20] == ' '
            && Two(text, 0, out var day) && Month(text[3..]) is > 0 and var month
            && Two(text, 7, out var century) && Two(text, 9, out var year) && TryClockTime(text[12..], out var h, out var m, out var s)
            && Two(text, 22, out var zoneHour) && Two(text, 24, out var zoneMinute)
            && LogClock.TryUtc((century * 100) + year, month, day, h, m, s, 0, (text[21] == '-' ? -1 : 1) * ((zoneHour * 60) + zoneMinute), out time);
    }

    // "Mmm dd hh:mm:ss", the day with one or two digits or a space in front, perhaps with a year behind the day, perhaps a fraction.
    private bool TryYearlessStamp(ReadOnlySpan<byte> text, out long time, out int length)
    {
        time = 0;
        length = 0;
        if (text.Length < 14)
        {
            return false;
        }

        if (text.Length >= 15 && text[6] == ' ' && (text.Length < 17 || (text[15] == ' ' && text[16] is not ((byte)'1' or (byte)'2'))) && _lastYearlessValid && text[..15].SequenceEqual(_lastYearless))
        {
            time = _lastYearlessTime;
            length = 15;
            return true;
        }

        var month = Month(text);
        if (month == 0 || text[3] != ' ')
        {
            return false;
        }

        var cursor = new LineCursor(text[4..]);
        cursor.Spaces();
        if (!cursor.TakeNumber(out var day) || day > 31 || !cursor.Take(" "u8))
        {
            return false;
        }

        var year = 0L;
        if (cursor.Rest.Length > 5 && cursor.Rest[4] == ' ')
        {
            cursor.TakeNumber(out year);
            cursor.Spaces();
        }

        if (!TryClockTime(cursor.Rest, out var hour, out var minute, out var second))
        {
            return false;
        }

        var rest = cursor.Rest[8..];
        var nanosecond = Fraction(rest, out var fraction);
        rest = rest[fraction..];

        // "Sat Nov 21 01:36:45 2026": ctime(3) puts the year last.
        if (year == 0 && rest.Length >= 5 && rest[0] == ' ' && Two(rest, 1, out var century) && Two(rest, 3, out var inCentury) && century is 19 or 20
            && (rest.Length == 5 || rest[5] == ' '))
        {
            year = (century * 100) + inCentury;
            rest = rest[5..];
        }

        var ok = year != 0
            ? clock.TryLocal((int)year, month, (int)day, hour, minute, second, nanosecond, out time)
            : clock.TryYearless(month, (int)day, hour, minute, second, nanosecond, out time);
        length = text.Length - rest.Length;
        if (ok && length == 15 && year == 0)
        {
            text[..15].CopyTo(_lastYearless);
            _lastYearlessTime = time;
            _lastYearlessValid = true;
        }

        return ok;
    }

    // "2026-11-21T01:36:44.616829+00:00", "2026-11-21 01:36:44,123", "... Z", "... +0000"; RFC 3339 and its kin.
    private bool TryIso(ReadOnlySpan<byte> text, ref LogLine line, out int length)
    {
        if (!TryIso(text, clock, out var time, out var explicitZone, out length))
        {
            return false;
        }

        line.Time = time;
        line.Zone = explicitZone ? TimeZoneSource.Explicit : TimeZoneSource.Sensor;
        return true;
    }

    /// <summary>A time with its zone, as ISO 8601 has it; false for anything else.</summary>
    public static bool TryExplicit(ReadOnlySpan<byte> text, out long time) => TryIso(text, null, out time, out _, out _);

    private static bool TryIso(ReadOnlySpan<byte> text, LogClock? clock, out long time, out bool explicitZone, out int length)
    {
        length = 0;
        time = 0;
        explicitZone = false;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)' ' or (byte)'t')
            || !Two(text, 0, out var century) || !Two(text, 2, out var year) || !Two(text, 5, out var month) || !Two(text, 8, out var day)
            || !TryClockTime(text[11..], out var hour, out var minute, out var second))
        {
            return false;
        }

        length = 19;
        var nanosecond = Fraction(text[length..], out var fraction);
        length += fraction;
        var rest = text[length..];
        var offset = 0;
        if (rest is [(byte)'Z' or (byte)'z', ..])
        {
            explicitZone = true;
            length++;
        }
        else
        {
            var space = rest is [(byte)' ', (byte)'+' or (byte)'-', ..] ? 1 : 0;
            rest = rest[space..];
            if (rest is [(byte)'+' or (byte)'-', ..] && Two(rest, 1, out var zoneHour))
            {
                var minutes = rest.Length > 3 && rest[3] == ':' ? 4 : 3;
                if (Two(rest, minutes, out var zoneMinute))
                {
                    explicitZone = true;
                    offset = (rest[0] == '-' ? -1 : 1) * ((zoneHour * 60) + zoneMinute);
                    length += space + minutes + 2;
                }
            }
        }

        var fullYear = (century * 100) + year;
        return explicitZone
            ? LogClock.TryUtc(fullYear, month, day, hour, minute, second, nanosecond, offset, out time)
            : clock is not null && clock.TryLocal(fullYear, month, day, hour, minute, second, nanosecond, out time);
    }

    // "@4000000050d506482dbdf024 ": multilog and s6-log (cr.yp.to/libtai/tai64.html). Both write 2^62 + 10 + Unix seconds, and
    // leave leap seconds out.
    private static bool TryTai64N(ReadOnlySpan<byte> text, out long time)
    {
        const ulong epoch = (1UL << 62) + 10;
        time = 0;
        if (text.Length < 26 || text[25] != ' '
            || !Utf8Parser.TryParse(text[1..17], out ulong seconds, out var digits, 'x') || digits != 16
            || !Utf8Parser.TryParse(text[17..25], out uint nanosecond, out digits, 'x') || digits != 8
            || seconds < epoch || seconds - epoch > 9_000_000_000 || nanosecond > 999_999_999)
        {
            return false;
        }

        time = ((long)(seconds - epoch) * 1_000_000_000) + nanosecond;
        return true;
    }

    // "1684329817.579" up to ten digits of seconds.
    private static bool TryEpoch(ReadOnlySpan<byte> text, out long time, out int length)
    {
        time = 0;
        length = 0;
        var cursor = new LineCursor(text);
        if (!cursor.TakeNumber(out var seconds) || seconds is < 100_000_000 or > 9_000_000_000)
        {
            return false;
        }

        var nanosecond = Fraction(cursor.Rest, out var fraction);
        length = text.Length - cursor.Rest.Length + fraction;
        time = (seconds * 1_000_000_000) + nanosecond;
        return true;
    }

    // ".616829" or ",123": nanoseconds, and how many octets it takes.
    private static int Fraction(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        if (text.Length < 2 || text[0] is not ((byte)'.' or (byte)',') || (uint)(text[1] - '0') > 9)
        {
            return 0;
        }

        int value = 0, digits = 0;
        length = 1;
        while (length < text.Length && (uint)(text[length] - '0') <= 9)
        {
            if (digits < 9)
            {
                value = (value * 10) + (text[length] - '0');
                digits++;
            }

            length++;
        }

        for (; digits < 9; digits++)
        {
            value *= 10;
        }

        return value;
    }

    private static bool TryClockTime(ReadOnlySpan<byte> text, out int hour, out int minute, out int second)
    {
        minute = 0;
        second = 0;
        return Two(text, 0, out hour) && text.Length >= 8 && text[2] == ':' && Two(text, 3, out minute) && text[5] == ':' && Two(text, 6, out second);
    }

    private static bool Two(ReadOnlySpan<byte> text, int at, out int value)
    {
        value = 0;
        if (at + 2 > text.Length)
        {
            return false;
        }

        uint high = (uint)(text[at] - '0'), low = (uint)(text[at + 1] - '0');
        value = (int)((high * 10) + low);
        return high <= 9 && low <= 9;
    }

    // 1-12, or 0 for what is no English month.
    private static int Month(ReadOnlySpan<byte> text) => text.Length < 3 ? 0 : (text[0], text[1], text[2]) switch
    {
        ((byte)'J', (byte)'a', (byte)'n') => 1,
        ((byte)'F', (byte)'e', (byte)'b') => 2,
        ((byte)'M', (byte)'a', (byte)'r') => 3,
        ((byte)'A', (byte)'p', (byte)'r') => 4,
        ((byte)'M', (byte)'a', (byte)'y') => 5,
        ((byte)'J', (byte)'u', (byte)'n') => 6,
        ((byte)'J', (byte)'u', (byte)'l') => 7,
        ((byte)'A', (byte)'u', (byte)'g') => 8,
        ((byte)'S', (byte)'e', (byte)'p') => 9,
        ((byte)'O', (byte)'c', (byte)'t') => 10,
        ((byte)'N', (byte)'o', (byte)'v') => 11,
        ((byte)'D', (byte)'e', (byte)'c') => 12,
        _ => 0,
    };
}
