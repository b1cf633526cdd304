using SensorNet.Sensor.Host;
using SensorNet.Sensor.Tests.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Host;

public sealed class ResourceWatchTests
{
    [Theory]
    [InlineData(94.9, Severity.Warning)]
    [InlineData(95.0, Severity.Critical)]
    [InlineData(100.0, Severity.Critical)]
    public void Third_sample_in_a_row_gives_one_alert(double value, Severity expected)
    {
        var alerts = Alerts(value, value, value, value, value);
        Assert.Equal(expected, Assert.Single(alerts).Severity);
        Assert.Equal(("disk:/", value), (alerts[0].Resource.Name, alerts[0].Resource.Value));
    }

    [Fact]
    public void Samples_with_a_fine_one_between_give_none() => Assert.Empty(Alerts(96, 96, 10, 96, 96));

    [Fact]
    public void Below_the_threshold_nothing_is_said() => Assert.Empty(Alerts(84.9, 84.9, 84.9, 84.9));

    [Fact]
    public void Worse_is_told_again_and_better_only_after_it_was_fine()
    {
        Assert.Equal([Severity.Warning, Severity.Critical], Alerts(90, 90, 90, 96, 96, 96, 90, 90, 90).Select(a => a.Severity));
        Assert.Equal([Severity.Warning, Severity.Warning], Alerts(90, 90, 90, 10, 90, 90, 90).Select(a => a.Severity));
    }

    [Fact]
    public void Every_reading_is_a_sample()
    {
        var run = new LogRun();
        new ResourceWatch(new HostOptions(), "h", run).Add([new HostReading("load1", 3, false), new HostReading("cpu", 97, true)], 5);
        Assert.Equal([("load1", Severity.Info), ("cpu", Severity.Critical)], run.Events.Select(e => (e.Resource.Name, e.Severity)));
        Assert.All(run.Events, e => Assert.True(e is { Type: EventType.ResourceSample, Host: "h", EventTime: 5 }));
    }

    private static List<Event> Alerts(params double[] values)
    {
        var run = new LogRun();
        var watch = new ResourceWatch(new HostOptions(), "h", run);
        foreach (var value in values)
        {
            watch.Add([new HostReading("disk:/", value, true)], 1);
        }

        return [.. run.Events.Where(e => e.Type == EventType.ResourceAlert)];
    }
}
