using System.Net;

namespace SensorNet.Collector.Api.Hosting;

/// <summary>Where to listen.</summary>
internal sealed record EndpointSettings
{
    /// <summary>Path of the unix socket, or null for none.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>For TLS, or null for none; port 0 takes any free one.</summary>
    public IPEndPoint? Tls { get; init; }
}
