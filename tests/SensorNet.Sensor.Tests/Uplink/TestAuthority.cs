using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SensorNet.Rpc;

namespace SensorNet.Sensor.Tests.Uplink;

/// <summary>A certificate authority that issues what a collector's would.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=SensorNet test CA", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(365));
    }

    public X509Certificate2 Certificate { get; }

    public string Pin => AuthorityPin.Of(Certificate);

    public X509Certificate2 IssueServer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=collector", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(new X509Extension(AuthorityPin.AuthorityExtension, Certificate.RawData, critical: false));
        using var certificate = Sign(request, names, "1.3.6.1.5.5.7.3.1", "collector", "test");

        // SslStream wants a key that it can export on every platform.
        return X509CertificateLoader.LoadPkcs12(certificate.CopyWithPrivateKey(key).Export(X509ContentType.Pfx), null);
    }

    /// <summary>An identity as <c>join</c> would keep it.</summary>
    public ClientIdentity IssueIdentity(string name, string role = "sensor")
    {
        using var request = new IdentityRequest(name);
        return request.Complete(Sign(request.Der, role, name).RawData, Certificate.RawData);
    }

    /// <summary>Signs a request for a client certificate.</summary>
    public X509Certificate2 Sign(byte[] der, string role, string name)
    {
        var request = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256);
        return Sign(new CertificateRequest(new X500DistinguishedName($"CN={name}"), request.PublicKey, HashAlgorithmName.SHA256), new SubjectAlternativeNameBuilder(), "1.3.6.1.5.5.7.3.2", role, name);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Sign(CertificateRequest request, SubjectAlternativeNameBuilder names, string usage, string role, string name)
    {
        names.AddUri(new Uri($"spiffe://sensornet/{role}/{name}"));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return request.Create(Certificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(90), RandomNumberGenerator.GetBytes(16));
    }
}
