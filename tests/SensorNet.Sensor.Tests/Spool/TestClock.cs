namespace SensorNet.Sensor.Tests.Spool;

/// <summary>A wall clock that tests set.</summary>
internal sealed class TestClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
