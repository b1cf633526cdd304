using System.Net;
using System.Net.Sockets;

namespace SensorNet.Collector.Security;

/// <summary>Peers as gRPC writes them.</summary>
internal static class PeerNames
{
    public static string Of(IPAddress? address, int port) => address switch
    {
        null => "unix:",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } => $"ipv6:[{address}]:{port}",
        _ => $"ipv4:{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}:{port}",
    };

    public static string Of(EndPoint? endPoint) => endPoint is IPEndPoint ip ? Of(ip.Address, ip.Port) : "unix:";
}
