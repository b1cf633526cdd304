using System.Net;

namespace SensorNet.Sensor.Capture;

/// <summary>Where HEP is received from capture agents (heplify, Kamailio's siptrace, captagent) over the network.</summary>
/// <param name="Address">Local address to listen on.</param>
/// <param name="Port">Port for UDP and TCP; 0 lets the system choose (tests).</param>
internal sealed record HepListenOptions(IPAddress Address, int Port = 9060)
{
    /// <summary>
    /// Senders that may feed us; empty: anyone. HEP has no authentication worth the name, and what comes in is believed.
    /// </summary>
    public IReadOnlyList<IPNetwork> AllowedSenders { get; init; } = [];

    /// <summary>TCP connections at once; further ones are closed and counted.</summary>
    public int MaxConnections { get; init; } = 256;
}
