using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>
/// Certificates for those who hold a token, and new ones for those whose certificate runs out. The request's key is all
/// that is taken from it; who it is for is decided here.
/// </summary>
internal sealed partial class EnrolmentApi(
    SecurityStore store,
    CertificateAuthority authority,
    LoginThrottle throttle,
    LiveCredentials live,
    AuditLog audit,
    TimeProvider clock,
    ILogger<EnrolmentApi> logger) : EnrolmentService.EnrolmentServiceBase
{
    private const int LongestRequest = 16 * 1024;
    private static readonly TimeSpan s_keepExpired = TimeSpan.FromDays(30);

    public override async Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        var session = context.GetHttpContext().Features.Get<ConnectionSession>();
        if (throttle.Wait(session?.Address) is { Ticks: > 0 } wait)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"Too many failed attempts from here: wait {Math.Ceiling(wait.TotalSeconds)} s."));
        }

        if (!AccessToken.TryParse(request.Token, out var token) || token.Kind != AccessTokenKind.Enrolment)
        {
            throw Failed(session, "", "the token is malformed");
        }

        var key = ReadKey(request.Csr);
        var source = session?.Source ?? context.Peer;
        var (issued, row) = await store.ChangeAsync(change =>
        {
            var spent = Spend(token, change, session);
            var name = Name(request.Name, spent.Token);
            Replace(name, spent.Token, change);
            var certificate = authority.IssueClient(key, RoleNames.Of(spent.Token.Role), name);
            var issuedRow = Row(certificate, name, spent.Token.Role, spent.Token.Groups, token.Id);
            change.Certificates.Add(issuedRow);
            Forget(change);
            change.Others.Add(commit => audit.Put(commit, name, source, new Audit
            {
                ClassName = "certificate",
                ObjectId = issuedRow.Serial,
                Operation = "join",
                After = $"name={name} role={RoleNames.Of(issuedRow.Role)} token={token.Id}",
            }));
            return (certificate, issuedRow);
        }).ConfigureAwait(false);

        throttle.Succeeded(session?.Address);
        CloseReplaced(row);
        logger.LogInformation("{Name} joined as {Role} from {Source} with token {Token}; certificate {Serial}", row.Name, RoleNames.Of(row.Role), source, token.Id, row.Serial);
        using (issued)
        {
            return new JoinResponse
            {
                Certificate = ByteString.CopyFrom(issued.RawData),
                CaCertificate = ByteString.CopyFrom(authority.Der),
                Id = row.Name,
            };
        }
    }

    public override async Task<RenewResponse> Renew(RenewRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var key = ReadKey(request.Csr);
        using var issued = await store.ChangeAsync(change =>
        {
            var certificate = authority.IssueClient(key, RoleNames.Of(caller.Role), caller.Name);
            var row = Row(certificate, caller.Name, caller.Role, caller.Groups, store.FindCertificate(caller.Serial)?.TokenId ?? "");
            change.Certificates.Add(row);
            Forget(change);
            change.Others.Add(commit => audit.Put(commit, caller.Name, caller.Source, new Audit
            {
                ClassName = "certificate",
                ObjectId = row.Serial,
                Operation = "renew",
                Before = $"serial={caller.Serial}",
                After = $"name={row.Name} role={RoleNames.Of(row.Role)}",
            }));
            return certificate;
        }).ConfigureAwait(false);
        logger.LogInformation("Renewed the certificate of {Name}: {Serial}", caller.Name, issued.SerialNumber);
        return new RenewResponse
        {
            Certificate = ByteString.CopyFrom(issued.RawData),
            CaCertificate = ByteString.CopyFrom(authority.Der),
        };
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    /// <summary>Verifies the proof of possession (PKCS#10 signature) and that the key is strong enough.</summary>
    private static PublicKey ReadKey(ByteString csr)
    {
        if (csr.Length is 0 or > LongestRequest)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"The certificate request must have 1 to {LongestRequest} octets."));
        }

        try
        {
            var request = CertificateRequest.LoadSigningRequest(csr.ToByteArray(), HashAlgorithmName.SHA256, out _, CertificateRequestLoadOptions.Default, RSASignaturePadding.Pkcs1);
            using var ec = request.PublicKey.GetECDsaPublicKey();
            using var rsa = request.PublicKey.GetRSAPublicKey();
            if (ec?.KeySize >= 256 || rsa?.KeySize is >= 2048 and <= 8192)
            {
                return request.PublicKey;
            }
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException or ArgumentException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The certificate request is no valid PKCS#10, or its signature is wrong.", e));
        }

        throw new RpcException(new Status(StatusCode.InvalidArgument, "The key must be EC of 256 bits or RSA of 2048 bits at least."));
    }

    private TokenRow Spend(AccessToken token, SecurityChange change, ConnectionSession? session)
    {
        var row = store.FindToken(token.Id);
        if (row is null || !row.IsSecret(token.Secret) || row.Token.Bearer)
        {
            throw Failed(session, token.Id, "the token is unknown, spent or revoked");
        }

        if (row.Token.Expires <= Now())
        {
            throw Failed(session, token.Id, "the token has expired");
        }

        if (row.Token.UsesLeft <= 1)
        {
            change.RemovedTokens.Add(token.Id);
        }
        else
        {
            var left = row.Token.Clone();
            left.UsesLeft--;
            change.Tokens.Add(row with { Token = left });
        }

        return row;
    }

    private static string Name(string asked, Token token)
    {
        var name = token.Name.Length > 0 ? token.Name : asked;
        if (!NamePattern().IsMatch(name))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"\"{name}\" cannot be a name: up to 63 of a-z, 0-9, '.' and '-', beginning with a letter or digit."));
        }

        if (token.Name.Length > 0 && asked.Length > 0 && asked != token.Name)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"This token is for the name {token.Name} only."));
        }

        return name;
    }

    /// <summary>
    /// A name that is in use can be taken over only with a token made for it: else any holder of a token could speak for
    /// another sensor.
    /// </summary>
    private void Replace(string name, Token token, SecurityChange change)
    {
        foreach (var old in store.Certificates.Where(row => row.Name == name && row.Revoked == 0 && row.Expires > Now()))
        {
            if (token.Name != name)
            {
                throw new RpcException(new Status(StatusCode.AlreadyExists, $"The name {name} is taken. To enrol that host anew, use a token made for it: token create --name {name}"));
            }

            var revoked = old.Clone();
            revoked.Revoked = Now();
            revoked.RevokedBy = $"token:{token.Id}";
            change.Certificates.Add(revoked);
        }
    }

    private void CloseReplaced(Certificate issued)
    {
        foreach (var old in store.Certificates.Where(row => row.Name == issued.Name && row.Revoked != 0))
        {
            live.Close(LiveCredentials.OfCertificate(old.Serial));
        }
    }

    /// <summary>Drops rows of certificates that expired long ago: no handshake accepts them any more.</summary>
    private void Forget(SecurityChange change)
    {
        var before = (clock.GetUtcNow() - s_keepExpired).ToUnixTimeMilliseconds() * 1_000_000;
        change.RemovedCertificates.AddRange(store.Certificates.Where(row => row.Expires < before).Select(row => row.Serial));
    }

    private RpcException Failed(ConnectionSession? session, string tokenId, string reason)
    {
        var source = session?.Source ?? "unknown";
        if (throttle.Failed(session?.Address))
        {
            logger.LogWarning("Refused an enrolment from {Source}: {Reason} (token {Token})", source, reason, tokenId);
            audit.Post($"token:{tokenId}", source, new Audit { ClassName = "enrolment", ObjectId = tokenId, Operation = "login_failed", After = reason }, logger);
        }

        return new RpcException(new Status(StatusCode.Unauthenticated, $"Enrolment refused: {reason}."));
    }

    private static Certificate Row(X509Certificate2 certificate, string name, Role role, IEnumerable<string> groups, string tokenId) => new()
    {
        Serial = certificate.SerialNumber,
        Name = name,
        Role = role,
        Groups = { groups },
        Issued = Nanoseconds(certificate.NotBefore),
        Expires = Nanoseconds(certificate.NotAfter),
        TokenId = tokenId,
    };

    private static long Nanoseconds(DateTime local) => new DateTimeOffset(local).ToUnixTimeMilliseconds() * 1_000_000;

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
}
