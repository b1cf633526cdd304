using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>
/// Establishes who makes a call: a bearer token when one is sent, else the connection's certificate, else the local
/// account behind the unix socket. Thread-safe.
/// </summary>
internal sealed class CallerResolver(
    SecurityStore store,
    LocalRoles localRoles,
    LoginThrottle throttle,
    AuditLog audit,
    TimeProvider clock,
    ILogger<CallerResolver> logger)
{
    private const string BearerPrefix = "Bearer ";

    /// <summary>A caller, a reason why the call fails, or neither: nobody.</summary>
    public (Caller? Caller, Status? Failure) Resolve(HttpContext http)
    {
        var session = http.Features.Get<ConnectionSession>();
        if (session is null)
        {
            return (null, new Status(StatusCode.Unauthenticated, "This endpoint establishes no callers."));
        }

        if ((string?)http.Request.Headers.Authorization is { } header && header.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return ResolveBearer(header[BearerPrefix.Length..], session);
        }

        if (http.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate)
        {
            return ResolveCertificate(certificate.SerialNumber, session);
        }

        if (session.Peer is { } peer)
        {
            var role = localRoles.Of(peer);
            return role == Role.Unspecified
                ? (null, new Status(StatusCode.PermissionDenied, $"The local account {session.PeerName} has no role: an administrator can give it one under access.users or access.groups."))
                : (new Caller { Name = session.PeerName, Role = role, Kind = CallerKind.Local, Source = session.Source }, null);
        }

        return (null, null);
    }

    /// <summary>The row of a certificate that is in force, or the reason why it is not.</summary>
    public (Certificate? Row, string? Refusal) Check(string serial)
    {
        var row = store.FindCertificate(serial);
        if (row is null)
        {
            return (null, "this collector does not know it; enrol again");
        }

        if (row.Revoked != 0)
        {
            return (null, $"it was revoked by {row.RevokedBy} at {Time(row.Revoked):u}");
        }

        return row.Expires <= Now() ? (null, $"it expired at {Time(row.Expires):u}; enrol again") : (row, null);
    }

    private (Caller? Caller, Status? Failure) ResolveCertificate(string serial, ConnectionSession session)
    {
        var (row, refusal) = Check(serial);
        return row is null
            ? (null, new Status(StatusCode.Unauthenticated, $"Certificate {serial} is refused: {refusal}."))
            : (new Caller
            {
                Name = row.Name,
                Role = row.Role,
                Kind = CallerKind.Certificate,
                Groups = row.Groups,
                Source = session.Source,
                Serial = serial,
            }, null);
    }

    private (Caller? Caller, Status? Failure) ResolveBearer(string text, ConnectionSession session)
    {
        if (throttle.Wait(session.Address) is { Ticks: > 0 } wait)
        {
            return (null, new Status(StatusCode.ResourceExhausted, $"Too many failed logins from here: wait {Math.Ceiling(wait.TotalSeconds)} s."));
        }

        if (!AccessToken.TryParse(text, out var token) || token.Kind != AccessTokenKind.Bearer)
        {
            return (null, Fail("", "the bearer token is malformed", session));
        }

        var row = store.FindToken(token.Id);
        if (row is null || !row.IsSecret(token.Secret) || !row.Token.Bearer)
        {
            return (null, Fail(token.Id, "the bearer token is unknown or revoked", session));
        }

        if (row.Token.Expires <= Now())
        {
            return (null, Fail(token.Id, $"the bearer token expired at {Time(row.Token.Expires):u}", session));
        }

        throttle.Succeeded(session.Address);
        return (new Caller
        {
            Name = row.Token.Name.Length > 0 ? row.Token.Name : $"token:{row.Token.Id}",
            Role = row.Token.Role,
            Kind = CallerKind.Bearer,
            Groups = row.Token.Groups,
            Source = session.Source,
            Serial = row.Token.Id,
        }, null);
    }

    private Status Fail(string tokenId, string reason, ConnectionSession session)
    {
        if (throttle.Failed(session.Address))
        {
            logger.LogWarning("Refused a login from {Source}: {Reason} (token {Token})", session.Source, reason, tokenId);
            Record(session.Source, tokenId, reason);
        }

        return new Status(StatusCode.Unauthenticated, $"Login refused: {reason}.");
    }

    private void Record(string source, string tokenId, string reason) =>
        audit.Post($"token:{tokenId}", source, new Audit { ClassName = "session", ObjectId = tokenId, Operation = "login_failed", After = reason }, logger);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;

    private static DateTimeOffset Time(long nanoseconds) => DateTimeOffset.FromUnixTimeMilliseconds(nanoseconds / 1_000_000);
}
