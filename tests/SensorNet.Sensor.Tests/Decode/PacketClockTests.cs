using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Tests.Decode;

public sealed class PacketClockTests
{
    private const long Second = 1_000_000_000;
    private PacketClock _clock;

    [Fact]
    public void Disorder_does_not_move_it_back()
    {
        _clock.Advance(1000 * Second);
        Assert.Equal(1000 * Second, _clock.Advance(995 * Second));
        for (var i = 0; i < 1000; i++)
        {
            // Two sources with clocks a minute apart, turn by turn.
            _clock.Advance((940 + i) * Second);
            Assert.Equal((1000 + i) * Second, _clock.Advance((1000 + i) * Second));
        }
    }

    [Fact]
    public void A_time_long_past_that_stays_is_taken()
    {
        _clock.Advance(10_000 * Second);
        for (var i = 0; i < 63; i++)
        {
            Assert.Equal(10_000 * Second, _clock.Advance((6400 + i) * Second));
        }

        Assert.Equal(6463 * Second, _clock.Advance(6463 * Second));
        Assert.Equal(6464 * Second, _clock.Advance(6464 * Second));
    }
}
