using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SensorNet.Rpc;

/// <summary>
/// A new key and the request that is to be signed for it. The key never leaves this process but into the identity file.
/// </summary>
public sealed class IdentityRequest : IDisposable
{
    private readonly ECDsa _key;

    /// <summary>Makes a P-256 key and a request (PKCS#10) that proves possession of it.</summary>
    /// <param name="name">The name asked for; the collector decides.</param>
    public IdentityRequest(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        Der = new CertificateRequest(subject.Build(), _key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    /// <summary>The request for <c>JoinRequest.csr</c> and <c>RenewRequest.csr</c>.</summary>
    public byte[] Der { get; }

    /// <summary>Joins the key with what the collector signed.</summary>
    /// <param name="certificate">DER.</param>
    /// <param name="authority">DER of the CA.</param>
    /// <param name="pin">What the CA must hash to, or null when it is known already.</param>
    /// <exception cref="CryptographicException">The certificate is not for this key, or not under this CA, or the CA is not the pinned one.</exception>
    public ClientIdentity Complete(byte[] certificate, byte[] authority, AuthorityPin? pin = null)
    {
        var ca = X509CertificateLoader.LoadCertificate(authority);
        if (pin is not null && !pin.Matches(ca))
        {
            throw new CryptographicException("The collector returned a CA other than the pinned one.");
        }

        using var leaf = X509CertificateLoader.LoadCertificate(certificate);
        using var publicKey = leaf.GetECDsaPublicKey();
        if (publicKey is null || !publicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(_key.ExportSubjectPublicKeyInfo()))
        {
            throw new CryptographicException("The collector returned a certificate for another key.");
        }

        return new ClientIdentity(leaf.CopyWithPrivateKey(_key), ca);
    }

    public void Dispose() => _key.Dispose();
}
