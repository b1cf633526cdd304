using SensorNet.Sensor.Logs;

namespace SensorNet.Sensor.Tests.Logs;

public sealed class LogSilenceTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Log_that_used_to_grow_every_second_is_silent_after_ten_minutes_and_told_once()
    {
        var silence = Grown(20, 1);
        Assert.False(After(ref silence, 599));
        Assert.True(After(ref silence, 1));
        Assert.False(After(ref silence, 1000));
        silence.Grew(_clock);
        Assert.False(After(ref silence, 10));
    }

    [Fact]
    public void Log_that_grows_once_a_minute_needs_longer()
    {
        var silence = Grown(20, 60);
        Assert.False(After(ref silence, 2990));
        Assert.True(After(ref silence, 20));
    }

    [Fact]
    public void Log_without_a_habit_is_never_silent()
    {
        var silence = Grown(19, 1);
        Assert.False(After(ref silence, 1_000_000));
    }

    private LogSilence Grown(int times, int seconds)
    {
        var silence = default(LogSilence);
        for (var i = 0; i < times; i++)
        {
            silence.Grew(_clock);
            _clock.Seconds += i < times - 1 ? seconds : 0;
        }

        return silence;
    }

    private bool After(ref LogSilence silence, int seconds)
    {
        _clock.Seconds += seconds;
        return silence.IsDue(_clock, TimeSpan.FromMinutes(10));
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; } = 1;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
