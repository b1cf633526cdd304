using SensorNet.Console.Display;
using SensorNet.Console.Tests.Support;

namespace SensorNet.Console.Tests.Cli;

public sealed class TimesTests
{
    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("1h", 3600)]
    [InlineData("2d", 172_800)]
    [InlineData("1w", 604_800)]
    public void A_length_is_a_number_and_a_unit(string text, int seconds)
    {
        Assert.True(Times.TryParseLength(text, out var length));
        Assert.Equal(seconds, length.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("1y")]
    [InlineData("99999999999d")]
    public void Anything_else_is_none(string text) => Assert.False(Times.TryParseLength(text, out _));

    [Theory]
    [InlineData("1h", -3600)]
    [InlineData("2026-11-21T12:04:31Z", 0)]
    [InlineData("2026-11-21T13:04:31+01:00", 0)]
    [InlineData("2026-11-21 12:04:30", -1)]
    public void A_point_in_time_is_a_length_ago_or_an_iso_time_in_utc(string text, int secondsAfterNow)
    {
        Assert.True(Times.TryParsePoint(text, SampleData.Now, out var point));
        Assert.Equal(SampleData.Nanoseconds(secondsAfterNow), point);
    }

    [Theory]
    [InlineData(0L, "-")]
    [InlineData(1_700_000_000_123_456_789L, "2023-11-14T22:13:20.123Z")]
    [InlineData(long.MaxValue, "2262-04-11T23:47:16.854Z")]
    [InlineData(long.MinValue, "1677-09-21T00:12:43.145Z")]
    public void Any_number_of_nanoseconds_can_be_shown(long nanoseconds, string expected) => Assert.Equal(expected, Times.IsoMillis(nanoseconds));

    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(33, "33s")]
    [InlineData(199, "3m19s")]
    [InlineData(7500, "2h05m")]
    [InlineData(1_220_000, "14d02h")]
    public void A_length_is_shown_in_its_two_largest_units(int seconds, string expected) => Assert.Equal(expected, Times.Length(TimeSpan.FromSeconds(seconds)));
}
