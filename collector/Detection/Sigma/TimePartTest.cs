using System.Globalization;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The modifiers <c>minute</c> to <c>year</c>: a part of a point in time (nanoseconds since 1970), in the configured zone.</summary>
internal sealed class TimePartTest(TimePart part, NumberTest comparison, TimeZoneInfo zone) : ValueTest
{
    public override bool Matches(in FieldValue value, Event e)
    {
        DateTime utc;
        if (value.Kind == FieldKind.Integer)
        {
            utc = DateTime.UnixEpoch.AddTicks(Math.Clamp(value.Integer, 0, 250_000_000_000_000_000L * 30) / 100);
        }
        else if (value.Kind != FieldKind.Text
            || !DateTime.TryParse(value.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out utc))
        {
            return false;
        }

        var time = TimeZoneInfo.ConvertTimeFromUtc(utc, zone);
        return comparison.Holds(part switch
        {
            TimePart.Minute => time.Minute,
            TimePart.Hour => time.Hour,
            TimePart.Day => time.Day,
            TimePart.Week => ISOWeek.GetWeekOfYear(time),
            TimePart.Month => time.Month,
            _ => time.Year,
        });
    }
}
