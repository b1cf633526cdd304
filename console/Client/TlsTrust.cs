using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using SensorNet.Rpc;

namespace SensorNet.Console.Client;

/// <summary>
/// Whom we believe to be the collector and how we prove who we are; remembers why a handshake was refused. A collector
/// is known by its CA - from our identity, the --ca file or the pin in a bearer token - and then its host name is not
/// compared, because that CA issues server certificates to its own collector only. Without any of these the system's
/// authorities and the host name decide.
/// </summary>
internal sealed class TlsTrust : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly ConnectionSettings _settings;
    private readonly X509Certificate2Collection? _authorities;
    private readonly X509Certificate2? _certificate;
    private readonly ClientIdentity? _identity;
    private readonly AuthorityPin? _pin;
    private volatile string? _refusal;

    /// <exception cref="ConfigurationException">A file cannot be used.</exception>
    public TlsTrust(ConnectionSettings settings)
    {
        _settings = settings;
        Token = settings.TokenFile is { } tokenFile ? CredentialFiles.ReadToken(tokenFile) : null;
        if (settings.IsUnixSocket)
        {
            return;
        }

        _identity = settings.CertificateFile is null ? CredentialFiles.ReadIdentity(settings.IdentityFile) : null;
        _certificate = settings.CertificateFile is { } file ? CredentialFiles.ReadCertificate(file, settings.KeyFile) : _identity?.Certificate;
        if (settings.CaFile is { } ca)
        {
            _authorities = CredentialFiles.ReadAuthorities(ca);
        }
        else if (_identity is not null)
        {
            _pin = new AuthorityPin(AuthorityPin.Of(_identity.Authority));
        }
        else if (AccessToken.TryParse(Token, out var token))
        {
            _pin = new AuthorityPin(token.Pin);
        }
    }

    /// <summary>The bearer token that goes along with every call; null: none.</summary>
    public string? Token { get; }

    /// <summary>Whether the certificate was refused because nothing here says yet who the collector is: neither an identity nor an authority.</summary>
    public bool IsStranger { get; private set; }

    /// <summary>Why the last certificate that the collector showed was not believed; null: none was refused.</summary>
    public string? Refusal => _refusal;

    /// <summary>Our certificate; null: we have none.</summary>
    public X509Certificate2? Certificate => _certificate;

    public GrpcChannel OpenChannel()
    {
        var options = new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 };
        if (_settings.IsUnixSocket)
        {
            return RpcChannel.ForAddress(_settings.Collector, options);
        }

        var handler = RpcChannel.CreateHandler();
        handler.ConnectTimeout = TimeSpan.FromSeconds(10);
        handler.SslOptions.RemoteCertificateValidationCallback = Judge;
        if (_certificate is not null)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(_certificate, [], offline: true);
        }

        options.HttpHandler = handler;
        return RpcChannel.ForAddress(_settings.Collector, options);
    }

    public void Dispose()
    {
        _identity?.Dispose();
        _certificate?.Dispose();
        foreach (var authority in _authorities ?? [])
        {
            authority.Dispose();
        }
    }

    private bool Judge(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        _refusal = null;
        IsStranger = false;
        if (shown is not X509Certificate2 certificate)
        {
            _refusal = "it showed no certificate";
        }
        else if (_pin is not null)
        {
            _refusal = _pin.Validate(sender, certificate, chain, errors)
                ? null
                : $"its certificate does not come from the CA that {(_identity is null ? "the token" : "your identity")} names; was it set up anew? Then enrol again: sensornet login {_settings.Collector} --token TOKEN";
        }
        else if (_authorities is not null)
        {
            _refusal = WhyNotUnder(certificate, _authorities, chain);
        }
        else if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            _refusal = $"its certificate is for {certificate.GetNameInfo(X509NameType.DnsName, false)}, not for the host in {_settings.Collector}";
        }
        else if (errors != SslPolicyErrors.None)
        {
            IsStranger = true;
            _refusal = $"no authority known to this system signed its certificate ({certificate.Issuer}); enrol with 'sensornet login {_settings.Collector} --token TOKEN', or name its CA with --ca FILE";
        }

        return _refusal is null;
    }

    private string? WhyNotUnder(X509Certificate2 certificate, X509Certificate2Collection authorities, X509Chain? shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (var element in shown?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate)
            ? null
            : $"its certificate does not come from the authority in {_settings.CaFile} ({string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()).Distinct())})";
    }
}
