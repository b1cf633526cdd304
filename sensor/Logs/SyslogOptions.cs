using System.Net;

namespace SensorNet.Sensor.Logs;

/// <summary>Where syslog messages are taken from the network.</summary>
internal sealed record SyslogOptions
{
    /// <summary>UDP (RFC 5426); null: none.</summary>
    public IPEndPoint? Udp { get; init; }

    /// <summary>TCP with both framings of RFC 6587; null: none.</summary>
    public IPEndPoint? Tcp { get; init; }

    /// <summary>PEM file with certificate and key: TCP connections are TLS (RFC 5425).</summary>
    public string? Certificate { get; init; }

    /// <summary>TCP connections at a time; more are closed at once.</summary>
    public int MaxConnections { get; init; } = 256;
}
