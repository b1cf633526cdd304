using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Tests.Uplink;

public sealed class ClockWatchTests
{
    [Theory]
    [InlineData(0.0, null)]
    [InlineData(1.5, null)]
    [InlineData(3600.0, 3600.0)]
    [InlineData(-7200.0, -7200.0)]
    public void Only_a_clock_that_was_set_is_told(double seconds, double? told)
    {
        var clock = new SteppedClock();
        var watch = new ClockWatch(clock);
        clock.Pass(TimeSpan.FromMinutes(10));
        Assert.Null(watch.Check());
        clock.Pass(TimeSpan.FromSeconds(30));
        clock.Set(TimeSpan.FromSeconds(seconds));
        Assert.Equal(told, watch.Check()?.TotalSeconds);
        Assert.Null(watch.Check());
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long _steady;
        private DateTimeOffset _wall = DateTimeOffset.UnixEpoch.AddYears(56);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            _steady += time.Ticks;
            _wall += time;
        }

        public void Set(TimeSpan by) => _wall += by;

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long GetTimestamp() => _steady;
    }
}
