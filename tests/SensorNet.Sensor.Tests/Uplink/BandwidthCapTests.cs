using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Tests.Uplink;

public sealed class BandwidthCapTests
{
    [Fact]
    public void Over_any_time_no_more_leaves_than_a_second_of_the_cap_and_its_rate()
    {
        var clock = new ManualClock();
        var cap = new BandwidthCap(10_000, clock);
        var random = new Random(3);
        long sent = 0;
        for (var i = 0; i < 2000; i++)
        {
            var octets = random.Next(1, 4000);
            clock.Ticks += cap.Take(octets).Ticks;
            sent += octets;
            Assert.True(sent <= 10_000 + (clock.Ticks / (double)TimeSpan.TicksPerSecond * 10_000) + 1);
        }

        Assert.True(sent >= clock.Ticks / (double)TimeSpan.TicksPerSecond * 10_000);
    }

    [Fact]
    public void Without_a_cap_nothing_waits() => Assert.Equal(TimeSpan.Zero, new BandwidthCap(0, new ManualClock()).Take(int.MaxValue));

    private sealed class ManualClock : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
