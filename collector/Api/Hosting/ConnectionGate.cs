using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Api.Hosting;

/// <summary>
/// Stands at each connection from its first octet to its last: notes who is there, holds the limits, says why a
/// handshake failed, and records who leaves. Thread-safe.
/// </summary>
internal sealed class ConnectionGate(
    LiveCredentials live,
    AuditLog audit,
    AccessLimits limits,
    TimeProvider clock,
    ILogger<ConnectionGate> logger)
{
    private readonly LogBudget _refusals = new(clock, 60);
    private readonly LogBudget _failedLogins = new(clock, 60);

    public async Task UnixAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        var peer = socket is null ? null : PeerCredentials.Read(socket);
        if (peer is null)
        {
            logger.LogError("The kernel does not say who connected to the unix socket");
            connection.Abort(new ConnectionAbortedException("No peer credentials."));
            return;
        }

        var session = new ConnectionSession
        {
            Source = $"unix:pid={peer.ProcessId}",
            Peer = peer,
            PeerName = LocalAccounts.UserName(peer.UserId),
            HandshakeDone = true,
        };
        connection.Features.Set(session);
        try
        {
            await next(connection);
        }
        finally
        {
            RecordLogouts(session);
        }
    }

    public async Task BeforeTlsAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var source = PeerNames.Of(connection.RemoteEndPoint);
        using var open = live.TryOpen($"address/{address}", limits.ConnectionsPerAddress, () => { });
        if (open is null)
        {
            Refused(source, $"more than {limits.ConnectionsPerAddress} connections from this address");
            connection.Abort(new ConnectionAbortedException("Too many connections."));
            return;
        }

        var session = new ConnectionSession { Address = address, Source = source };
        connection.Features.Set(session);
        try
        {
            await next(connection);
        }
        finally
        {
            if (!session.HandshakeDone)
            {
                RecordRefusal(session);
                Refused(source, session.Refusal ?? "no TLS 1.2 or 1.3 handshake was completed; the client may speak without TLS, or not trust this collector's certificate");
            }

            RecordLogouts(session);
        }
    }

    public async Task AfterTlsAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var session = connection.Features.Get<ConnectionSession>()!;
        session.HandshakeDone = true;
        var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        if (certificate is null)
        {
            await next(connection);
            return;
        }

        var credential = LiveCredentials.OfCertificate(certificate.SerialNumber);
        using var open = live.TryOpen(credential, limits.ConnectionsPerCertificate, () => connection.Abort(new ConnectionAbortedException("The certificate was revoked.")));
        if (open is null)
        {
            Refused(session.Source, $"more than {limits.ConnectionsPerCertificate} connections with certificate {certificate.SerialNumber}");
            connection.Abort(new ConnectionAbortedException("Too many connections."));
            return;
        }

        await next(connection);
    }

    private void Refused(string source, string reason)
    {
        if (_refusals.Take(out var unsaid))
        {
            logger.LogWarning("Refused a connection from {Source}: {Reason}{Unsaid}", source, reason, unsaid == 0 ? "" : $" ({unsaid} more were not logged)");
        }
    }

    // A certificate that was shown and refused is a failed login; strangers who speak no TLS are not.
    private void RecordRefusal(ConnectionSession session)
    {
        if (session.Refusal is { } reason && _failedLogins.Take(out _))
        {
            audit.Post("certificate", session.Source, new Audit { ClassName = "session", Operation = "login_failed", After = reason }, logger);
        }
    }

    private void RecordLogouts(ConnectionSession session)
    {
        foreach (var caller in session.LoggedIn)
        {
            audit.Post(caller.Name, caller.Source, SessionAudit.Of(caller, "logout"), logger);
        }
    }
}
