using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Tests.Uplink;

public sealed class BackoffTests
{
    [Fact]
    public void The_first_retry_is_quick_then_pauses_grow_by_1_6_to_a_cap()
    {
        var backoff = new Backoff(new Random(1));
        var plain = new[] { 0.2, 1, 1.6, 2.56, 4.096, 6.5536 };
        foreach (var seconds in plain)
        {
            Assert.InRange(backoff.Next().TotalSeconds, seconds * 0.8, seconds * 1.2);
        }

        for (var i = 0; i < 200; i++)
        {
            Assert.InRange(backoff.Next().TotalSeconds, 0, 144);
        }

        Assert.InRange(backoff.Next().TotalSeconds, 96, 144);
        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 0.16, 0.24);
    }
}
