using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SensorNet.Rpc;

/// <summary>
/// Who this sensor or console is: its certificate with the private key, and the CA of its collector. Kept in one PEM
/// file of mode 0600, so that renewing it is one atomic rename.
/// </summary>
public sealed class ClientIdentity : IDisposable
{
    private const string SpiffePrefix = "spiffe://sensornet/";

    public ClientIdentity(X509Certificate2 certificate, X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(authority);
        Certificate = certificate;
        Authority = authority;
        (Role, Id) = SpiffeName(certificate);
    }

    /// <summary>With the private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The collector's CA.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>The name that the collector gave, e.g. the sensor's id.</summary>
    public string Id { get; }

    /// <summary>sensor, viewer, operator or admin.</summary>
    public string Role { get; }

    public DateTimeOffset NotAfter => new(Certificate.NotAfter.ToUniversalTime());

    /// <summary>When to renew: two thirds of the certificate's life.</summary>
    public DateTimeOffset RenewAt
    {
        get
        {
            var from = new DateTimeOffset(Certificate.NotBefore.ToUniversalTime());
            return from + ((NotAfter - from) * 2 / 3);
        }
    }

    /// <summary>Reads an identity file; null when there is none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or others than its owner may read it.</exception>
    public static ClientIdentity? Load(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        SecretFile.RefuseIfShared(path);
        try
        {
            var pem = File.ReadAllText(path);
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            if (certificates.Count != 2)
            {
                throw new InvalidDataException($"{path} does not hold a certificate and its CA: enrol again.");
            }

            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            using var leaf = certificates[0];
            return new ClientIdentity(leaf.CopyWithPrivateKey(key), certificates[1]);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is damaged ({e.Message}): enrol again.", e);
        }
    }

    /// <summary>Writes the identity file, mode 0600, replacing it in one step once the new one is on disk.</summary>
    public void Save(string path)
    {
        using var key = Certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The identity has no private key.");
        var pem = new StringBuilder()
            .AppendLine(key.ExportPkcs8PrivateKeyPem())
            .AppendLine(Certificate.ExportCertificatePem())
            .AppendLine(Authority.ExportCertificatePem())
            .ToString();
        SecretFile.Write(path, Encoding.ASCII.GetBytes(pem));
    }

    /// <summary>A transport that shows this certificate and takes the collector of this CA only.</summary>
    public SocketsHttpHandler CreateHandler()
    {
        var handler = RpcChannel.CreateHandler();
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13 | SslProtocols.Tls12,
            ClientCertificateContext = SslStreamCertificateContext.Create(Certificate, [], offline: true),
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is not null && AuthorityPin.IsServerUnder(new X509Certificate2(certificate), Authority),
        };
        return handler;
    }

    public void Dispose()
    {
        Certificate.Dispose();
        Authority.Dispose();
    }

    /// <summary>Role and id in the certificate's <c>spiffe://sensornet/ROLE/ID</c>; empty when it has none.</summary>
    public static (string Role, string Id) SpiffeName(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        foreach (var uri in SubjectUris.Read(certificate))
        {
            if (uri.StartsWith(SpiffePrefix, StringComparison.Ordinal)
                && uri[SpiffePrefix.Length..].Split('/') is [{ Length: > 0 } role, { Length: > 0 } id])
            {
                return (role, id);
            }
        }

        return ("", "");
    }
}
