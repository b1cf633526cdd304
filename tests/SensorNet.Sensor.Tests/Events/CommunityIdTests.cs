using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;

namespace SensorNet.Sensor.Tests.Events;

public sealed class CommunityIdTests
{
    /// <summary>The examples of the specification's baseline (seed 0).</summary>
    [Theory]
    [InlineData("128.232.110.120", 34855, "66.35.250.204", 80, true, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData("66.35.250.204", 80, "128.232.110.120", 34855, true, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData("192.168.1.52", 54585, "8.8.8.8", 53, false, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=")]
    public void A_flow_has_the_identifier_of_the_specification(string source, ushort sourcePort, string destination, ushort destinationPort, bool tcp, string expected)
    {
        Assert.True(IpAddress128.TryParse(source, out var from));
        Assert.True(IpAddress128.TryParse(destination, out var to));
        Assert.Equal(expected, CommunityId.Of(from, sourcePort, to, destinationPort, tcp ? TransportKind.Tcp : TransportKind.Udp));
    }
}
