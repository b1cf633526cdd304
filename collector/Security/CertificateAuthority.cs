using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SensorNet.Rpc;

namespace SensorNet.Collector.Security;

/// <summary>
/// The collector's own CA: a P-256 key in the state directory, made at the first start. It signs the collector's server
/// certificate and the client certificates of sensors and operators, and nothing else. Thread-safe.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    public const string KeyFile = "ca.pem";
    public const string CertificateFile = "ca.crt";

    /// <summary>Life of client and server certificates; they are renewed at two thirds of it.</summary>
    public static readonly TimeSpan LeafLife = TimeSpan.FromDays(90);

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int SerialLength = 16;
    private const int RootYears = 20;

    // Clocks of sensors and collector differ; a certificate must not be from the future at its first use.
    private static readonly TimeSpan s_backdate = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _clock;
    private readonly Lock _signing = new();

    private CertificateAuthority(X509Certificate2 certificate, TimeProvider clock)
    {
        Certificate = certificate;
        _clock = clock;
        Pin = AuthorityPin.Of(certificate);
        Identity = new CollectorIdentity(ClientIdentity.SpiffeName(certificate).Id);
    }

    /// <summary>With the private key: never to be handed out.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>DER without the key.</summary>
    public byte[] Der => Certificate.RawData;

    /// <summary>SHA-256 of the public key, in hex, as tokens carry it.</summary>
    public string Pin { get; }

    public CollectorIdentity Identity { get; }

    /// <summary>Reads the CA from the state directory, or makes one there.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or readable by others.</exception>
    public static CertificateAuthority LoadOrCreate(string stateDirectory, TimeProvider clock)
    {
        var path = Path.Combine(stateDirectory, KeyFile);
        var certificate = File.Exists(path) ? Load(path) : Create(path, clock);
        File.WriteAllText(Path.Combine(stateDirectory, CertificateFile), certificate.ExportCertificatePem() + "\n");
        return new CertificateAuthority(certificate, clock);
    }

    /// <summary>Signs a client certificate for the key of a verified request; subject and names are ours.</summary>
    public X509Certificate2 IssueClient(PublicKey key, string role, string name)
    {
        var request = Leaf(key, name, ClientAuthentication);
        request.CertificateExtensions.Add(SubjectNames(builder => builder.AddUri(new Uri($"spiffe://sensornet/{role}/{name}"))));
        return Sign(request);
    }

    /// <summary>Signs a server certificate for a new key that is held in memory only.</summary>
    /// <param name="names">Host names and addresses that clients may reach this collector by.</param>
    public X509Certificate2 IssueServer(IEnumerable<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Leaf(new PublicKey(key), $"SensorNet collector {Identity.Id}", ServerAuthentication);
        request.CertificateExtensions.Add(SubjectNames(builder =>
        {
            builder.AddUri(new Uri($"spiffe://sensornet/collector/{Identity.Id}"));
            foreach (var name in names.Distinct(StringComparer.OrdinalIgnoreCase))
            {
                if (IPAddress.TryParse(name, out var address))
                {
                    builder.AddIpAddress(address);
                }
                else
                {
                    builder.AddDnsName(name);
                }
            }
        }));
        request.CertificateExtensions.Add(new X509Extension(new Oid(AuthorityPin.AuthorityExtension), Der, critical: false));
        using var signed = Sign(request);
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>Null when the certificate is ours, for clients, and in its time; else the reason for the log.</summary>
    public string? Refuse(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = _clock.GetUtcNow().LocalDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (chain.Build(certificate))
        {
            return null;
        }

        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return flags switch
        {
            _ when (flags & (X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot)) != 0 => "it was not issued by this collector's CA",
            _ when (flags & X509ChainStatusFlags.NotTimeValid) != 0 => $"it is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u} only; check the clocks, or enrol again",
            _ when (flags & X509ChainStatusFlags.NotValidForUsage) != 0 => "it is no client certificate",
            _ when (flags & X509ChainStatusFlags.NotSignatureValid) != 0 => "its signature is wrong",
            _ => flags.ToString(),
        };
    }

    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 Load(string path)
    {
        SecretFile.RefuseIfShared(path);
        try
        {
            return X509Certificate2.CreateFromPemFile(path);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is damaged ({e.Message}). Restore it from a backup; without it, every sensor has to enrol again.", e);
        }
    }

    private static X509Certificate2 Create(string path, TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Base32.Random(8);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName($"SensorNet CA {id}");
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(SubjectNames(builder => builder.AddUri(new Uri($"spiffe://sensornet/ca/{id}"))));
        var now = clock.GetUtcNow();
        var certificate = request.CreateSelfSigned(now - s_backdate, now.AddYears(RootYears));
        var pem = $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n";
        SecretFile.Write(path, Encoding.ASCII.GetBytes(pem));
        return certificate;
    }

    private static X509Extension SubjectNames(Action<SubjectAlternativeNameBuilder> add)
    {
        var builder = new SubjectAlternativeNameBuilder();
        add(builder);
        return builder.Build();
    }

    private CertificateRequest Leaf(PublicKey key, string name, string usage)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(key, false));
        return request;
    }

    private X509Certificate2 Sign(CertificateRequest request)
    {
        var serial = RandomNumberGenerator.GetBytes(SerialLength);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40); // Positive and of full length (RFC 5280 section 4.1.2.2).
        var now = _clock.GetUtcNow();
        lock (_signing)
        {
            using var key = Certificate.GetECDsaPrivateKey()!;
            var generator = X509SignatureGenerator.CreateForECDsa(key);
            return request.Create(Certificate.SubjectName, generator, now - s_backdate, now + LeafLife, serial);
        }
    }
}
