using Google.Protobuf.Collections;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>
/// The administrator's side: tokens, revocation, the audit log. An administrator who is confined to host groups can
/// give away and take no more than these. Thread-safe.
/// </summary>
internal sealed class SecurityAdministration(
    SecurityStore store,
    CertificateAuthority authority,
    LiveCredentials live,
    AuditLog audit,
    TimeProvider clock,
    ILogger<SecurityAdministration> logger)
{
    private const uint MostUses = 10_000;
    private const int MostGroups = 64;
    private const int DefaultListed = 1000;
    private const int EntriesPerResponse = 500;
    private static readonly TimeSpan s_defaultLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_longestEnrolment = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_longestBearer = TimeSpan.FromDays(366);

    public static WhoAmIResponse WhoAmI(Caller caller) => new() { Name = caller.Name, Role = caller.Role, Groups = { caller.Groups } };

    /// <exception cref="RpcException">INVALID_ARGUMENT, or PERMISSION_DENIED beyond the caller's own groups.</exception>
    public async Task<CreateTokenResponse> CreateTokenAsync(CreateTokenRequest request, Caller caller)
    {
        Check(request, caller);
        var life = request.TtlS == 0 ? s_defaultLife : TimeSpan.FromSeconds(request.TtlS);
        var token = new AccessToken(request.Bearer ? AccessTokenKind.Bearer : AccessTokenKind.Enrolment, Base32.Random(10), Base32.Random(32), authority.Pin);
        var now = clock.GetUtcNow();
        var row = new TokenRow(TokenRow.Hash(token.Secret), new Token
        {
            Id = token.Id,
            Role = request.Role,
            Created = now.ToUnixTimeMilliseconds() * 1_000_000,
            Expires = (now + life).ToUnixTimeMilliseconds() * 1_000_000,
            UsesLeft = request.Bearer ? 0 : Math.Max(1, request.Uses),
            CreatedBy = caller.Name,
            Groups = { request.Groups },
            Bearer = request.Bearer,
            Name = request.Name,
        });
        await store.ChangeAsync(change =>
        {
            change.Tokens.Add(row);
            change.RemovedTokens.AddRange(store.Tokens.Where(other => other.Token.Expires < row.Token.Created).Select(other => other.Token.Id));
            change.Others.Add(commit => audit.Put(commit, caller.Name, caller.Source, new Audit
            {
                ClassName = "token",
                ObjectId = token.Id,
                Operation = "insert",
                After = row.Token.ToString(),
            }));
            return true;
        }).ConfigureAwait(false);
        logger.LogInformation("{Caller} created {Token} for role {Role}", caller.Name, token, RoleNames.Of(request.Role));
        return new CreateTokenResponse { Token = token.Text, Id = token.Id, Expires = row.Token.Expires };
    }

    public ListTokensResponse ListTokens(Caller caller)
    {
        var response = new ListTokensResponse();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        response.Tokens.AddRange(store.Tokens
            .Select(row => row.Token)
            .Where(token => token.Expires > now && IsWithin(caller, token.Groups))
            .OrderBy(token => token.Created));
        return response;
    }

    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public async Task RevokeTokenAsync(RevokeTokenRequest request, Caller caller)
    {
        await store.ChangeAsync(change =>
        {
            if (store.FindToken(request.Id) is not { } row || !IsWithin(caller, row.Token.Groups))
            {
                throw new RpcException(new Status(StatusCode.NotFound, $"There is no token {request.Id}."));
            }

            change.RemovedTokens.Add(request.Id);
            change.Others.Add(commit => audit.Put(commit, caller.Name, caller.Source, new Audit
            {
                ClassName = "token",
                ObjectId = request.Id,
                Operation = "delete",
                Before = row.Token.ToString(),
            }));
            return true;
        }).ConfigureAwait(false);
        live.Close(LiveCredentials.OfToken(request.Id));
    }

    /// <summary>Revokes, and closes what is open under the certificates.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: neither serial nor name; NOT_FOUND: nothing in force.</exception>
    public async Task<RevokeCertificateResponse> RevokeCertificateAsync(RevokeCertificateRequest request, Caller caller)
    {
        if (request.Serial.Length == 0 == (request.Name.Length == 0))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "Give a serial or a name, and not both."));
        }

        var serial = request.Serial.ToUpperInvariant();
        var revoked = await store.ChangeAsync(change =>
        {
            var rows = store.Certificates
                .Where(row => row.Revoked == 0 && (serial.Length > 0 ? row.Serial == serial : row.Name == request.Name) && IsWithin(caller, row.Groups))
                .Select(row => row.Clone())
                .ToList();
            foreach (var row in rows)
            {
                row.Revoked = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
                row.RevokedBy = caller.Name;
                change.Certificates.Add(row);
                change.Others.Add(commit => audit.Put(commit, caller.Name, caller.Source, new Audit
                {
                    ClassName = "certificate",
                    ObjectId = row.Serial,
                    Operation = "revoke",
                    Before = $"name={row.Name} role={RoleNames.Of(row.Role)}",
                }));
            }

            return rows;
        }).ConfigureAwait(false);
        if (revoked.Count == 0)
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"No certificate in force has the {(serial.Length > 0 ? $"serial {serial}" : $"name {request.Name}")}."));
        }

        var closed = revoked.Sum(row => live.Close(LiveCredentials.OfCertificate(row.Serial)));
        logger.LogWarning("{Caller} revoked {Count} certificates of {Name}; {Closed} connections closed", caller.Name, revoked.Count, revoked[0].Name, closed);
        return new RevokeCertificateResponse { ConnectionsClosed = (uint)closed };
    }

    /// <summary>Newest first, in portions.</summary>
    public IEnumerable<ListAuditResponse> ListAudit(ListAuditRequest request)
    {
        var limit = request.Limit == 0 ? DefaultListed : (int)Math.Min(request.Limit, int.MaxValue);
        foreach (var portion in audit.List(request.Time, request.Actor).Take(limit).Chunk(EntriesPerResponse))
        {
            yield return new ListAuditResponse { Entries = { portion } };
        }
    }

    private static void Check(CreateTokenRequest request, Caller caller)
    {
        var problem = request switch
        {
            { Role: < Role.Sensor or > Role.Admin } => "Give a role: sensor, viewer, operator or admin.",
            { Bearer: true, Role: Role.Sensor } => "A sensor enrols for a certificate; bearer tokens are for operators.",
            { Bearer: true, Uses: > 0 } => "A bearer token is used any number of times until it expires.",
            { Uses: > MostUses } => $"A token has at most {MostUses} uses.",
            { Name.Length: > 0, Uses: > 1 } => "A token for one name is used once.",
            { Name.Length: > 63 } => "A name has at most 63 characters.",
            { Groups.Count: > MostGroups } => $"A token names at most {MostGroups} host groups.",
            _ when request.Groups.Any(group => group.Length is 0 or > 63) => "A host group's name has 1 to 63 characters.",
            _ when request.TtlS > (request.Bearer ? s_longestBearer : s_longestEnrolment).TotalSeconds =>
                $"This kind of token lives at most {(request.Bearer ? s_longestBearer : s_longestEnrolment).TotalDays} days.",
            _ => null,
        };
        if (problem is not null)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, problem));
        }

        if (!IsWithin(caller, request.Groups))
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"You may give access to these host groups only: {string.Join(", ", caller.Groups)}."));
        }
    }

    private static bool IsWithin(Caller caller, RepeatedField<string> groups) =>
        caller.Groups.Count == 0 || (groups.Count > 0 && groups.All(caller.Groups.Contains));
}
