using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Tests.Uplink;

public sealed class CollectorAddressTests
{
    [Theory]
    [InlineData("collector.example", "https://collector.example:7443", false)]
    [InlineData("collector.example:9000", "https://collector.example:9000", false)]
    [InlineData("https://collector.example:9000", "https://collector.example:9000", false)]
    [InlineData("192.0.2.1:7443", "https://192.0.2.1:7443", false)]
    [InlineData("[2001:db8::1]:7443", "https://[2001:db8::1]:7443", false)]
    [InlineData("127.0.0.1:7443", "https://127.0.0.1:7443", true)]
    [InlineData("[::1]", "https://[::1]:7443", true)]
    [InlineData("unix:/run/sensornet/collector.sock", "unix:/run/sensornet/collector.sock", true)]
    public void What_people_write_becomes_what_a_channel_wants(string text, string address, bool local)
    {
        Assert.True(CollectorAddress.TryNormalize(text, out var normal, out _));
        Assert.Equal(address, normal);
        Assert.Equal(local, CollectorAddress.IsLocal(normal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://collector.example:7443")]
    [InlineData("collector.example:port")]
    [InlineData("collector.example:99999")]
    [InlineData("collector.example/path")]
    [InlineData("unix:")]
    [InlineData("unix:relative.sock")]
    public void Anything_else_is_refused_with_a_hint(string text)
    {
        Assert.False(CollectorAddress.TryNormalize(text, out _, out var problem));
        Assert.Matches("host:port|absolute path", problem);
    }
}
