using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace SensorNet.Collector.Security;

/// <summary>
/// The certificate that TLS connections are answered with, made anew when two thirds of its life are over; connections
/// that exist keep theirs. Thread-safe.
/// </summary>
internal sealed class ServerCertificate
{
    private readonly CertificateAuthority _authority;
    private readonly TimeProvider _clock;
    private readonly string[] _names;
    private readonly Lock _gate = new();
    private SslStreamCertificateContext? _current;
    private DateTimeOffset _renewAt;

    /// <param name="authority">Signs it.</param>
    /// <param name="names">Beside this host's own names: how clients reach the collector.</param>
    /// <param name="clock">Decides when to renew.</param>
    public ServerCertificate(CertificateAuthority authority, IEnumerable<string> names, TimeProvider clock)
    {
        _authority = authority;
        _clock = clock;
        _names = [.. names, Dns.GetHostName(), "localhost", "127.0.0.1", "::1"];
    }

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null || _clock.GetUtcNow() >= _renewAt)
                {
                    Renew();
                }

                return _current!;
            }
        }
    }

    /// <summary>Makes a new one now, for the connections to come.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            // The private key has to be in a form that the TLS library takes.
            using var issued = _authority.IssueServer(_names);
            var usable = X509CertificateLoader.LoadPkcs12(issued.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
            _current = SslStreamCertificateContext.Create(usable, null, offline: true);
            _renewAt = _clock.GetUtcNow() + (CertificateAuthority.LeafLife * 2 / 3);
        }
    }
}
