using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SensorNet.Rpc;

/// <summary>
/// Recognizes a collector by its CA: what it presents must hold a CA certificate whose public key has the pinned hash,
/// and must be valid under that CA. The framework's TLS leaves the root out of the chain that it sends, so server
/// certificates carry it in an extension of their own. Host names are not compared: that CA issues server certificates
/// to its own collector only.
/// </summary>
public sealed class AuthorityPin
{
    /// <summary>The extension of a collector's certificate that holds the certificate of its CA, DER, not critical.</summary>
    public const string AuthorityExtension = "2.25.219479374089509108525199479384842708267";

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly byte[] _hash;

    /// <param name="pin">64 hex digits, as in a token.</param>
    /// <exception cref="FormatException">The pin is no SHA-256 in hex.</exception>
    public AuthorityPin(string pin)
    {
        ArgumentNullException.ThrowIfNull(pin);
        _hash = Convert.FromHexString(pin);
        if (_hash.Length != SHA256.HashSizeInBytes)
        {
            throw new FormatException("A pin has 64 hex digits.");
        }
    }

    /// <summary>The SHA-256 of a certificate's SubjectPublicKeyInfo, in lower-case hex.</summary>
    public static string Of(X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return Convert.ToHexStringLower(SHA256.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return false;
        }

        using var server = new X509Certificate2(certificate);
        if (EnclosedAuthority(server) is { } enclosed)
        {
            using (enclosed)
            {
                return Matches(enclosed) && IsServerUnder(server, enclosed);
            }
        }

        var presented = chain is null ? [] : chain.ChainElements.Select(element => element.Certificate).Concat(chain.ChainPolicy.ExtraStore);
        return presented.FirstOrDefault(Matches) is { } authority && IsServerUnder(server, authority);
    }

    /// <summary>True when the certificate carries the pinned key.</summary>
    public bool Matches(X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>True when the certificate is a valid server certificate under this CA and no other.</summary>
    internal static bool IsServerUnder(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return chain.Build(certificate);
    }

    private static X509Certificate2? EnclosedAuthority(X509Certificate2 server)
    {
        var extension = server.Extensions.FirstOrDefault(candidate => candidate.Oid?.Value == AuthorityExtension);
        if (extension is null)
        {
            return null;
        }

        try
        {
            return X509CertificateLoader.LoadCertificate(extension.RawData);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
