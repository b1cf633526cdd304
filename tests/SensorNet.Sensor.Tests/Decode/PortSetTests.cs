using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Tests.Decode;

public sealed class PortSetTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("5060", "5060")]
    [InlineData(" 5080, 5060-5070 ,5071,5065-5075 ", "5060-5075, 5080")]
    [InlineData("1-65535", "1-65535")]
    public void Lists_and_ranges_are_read_and_joined(string text, string expected) =>
        Assert.Equal(expected, PortSet.Parse(text).ToString());

    [Theory]
    [InlineData("0", "'0'")]
    [InlineData("65536", "'65536'")]
    [InlineData("sip", "'sip'")]
    [InlineData("5060-", "'5060-'")]
    [InlineData("5070-5060", "'5070-5060'")]
    [InlineData("5060,-1", "'-1'")]
    public void What_is_no_port_is_named(string text, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => PortSet.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Membership_includes_both_ends()
    {
        var ports = PortSet.Parse("10-12, 20");

        Assert.Equal([10, 11, 12, 20], Enumerable.Range(0, 65536).Where(p => ports.Contains((ushort)p)));
    }
}
