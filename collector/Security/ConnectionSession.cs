using System.Net;

namespace SensorNet.Collector.Security;

/// <summary>
/// What is known of one connection; a connection feature. Calls of one connection run in parallel.
/// </summary>
internal sealed class ConnectionSession
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Caller> _loggedIn = new(StringComparer.Ordinal);

    /// <summary>Null on the unix socket.</summary>
    public IPAddress? Address { get; init; }

    public required string Source { get; init; }

    /// <summary>On the unix socket: the process at the other end.</summary>
    public PeerCredentials? Peer { get; init; }

    /// <summary>The account name of <see cref="Peer"/>.</summary>
    public string PeerName { get; init; } = "";

    /// <summary>Why the handshake was refused, once it was.</summary>
    public string? Refusal { get; set; }

    public bool HandshakeDone { get; set; }

    /// <summary>Everybody who made a call on this connection.</summary>
    public IReadOnlyList<Caller> LoggedIn
    {
        get
        {
            lock (_gate)
            {
                return [.. _loggedIn.Values];
            }
        }
    }

    /// <summary>True the first time that this caller is seen here.</summary>
    public bool LogIn(Caller caller)
    {
        lock (_gate)
        {
            return _loggedIn.TryAdd($"{caller.Kind}/{caller.Name}", caller);
        }
    }
}
