using System.Text;
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
        var ids = new CommunityId();
        for (var again = 0; again < 2; again++)
        {
            Assert.Equal(expected, Encoding.ASCII.GetString(ids.Of(from, sourcePort, to, destinationPort, tcp ? TransportKind.Tcp : TransportKind.Udp)));
        }
    }

    [Fact]
    public void Flows_that_share_a_place_keep_their_own_identifiers()
    {
        // More flows than the recent ones that are kept.
        var ids = new CommunityId();
        var first = Enumerable.Range(0, 9000).Select(i => Id(ids, i)).ToList();
        Assert.Equal(first.Count, first.Distinct().Count());
        Assert.Equal(first, Enumerable.Range(0, 9000).Select(i => Id(ids, i)));
    }

    private static string Id(CommunityId ids, int host) => Encoding.ASCII.GetString(ids.Of(
        new IpAddress128(0, 0xFFFF_0A00_0000UL + (ulong)host), 5060, new IpAddress128(0, 0xFFFF_C000_0201UL), 5060, TransportKind.Udp));
}
