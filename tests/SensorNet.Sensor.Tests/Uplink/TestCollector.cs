using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SensorNet.Sensor.Tests.Uplink;

/// <summary>
/// A small collector over mutual TLS: keeps what it acknowledges in a <see cref="TestStore"/>, which outlives it, as a
/// disk does.
/// </summary>
internal sealed class TestCollector : IAsyncDisposable
{
    private readonly WebApplication _application;

    private TestCollector(WebApplication application, TestIngest ingest, int port)
    {
        _application = application;
        Ingest = ingest;
        Port = port;
    }

    public TestIngest Ingest { get; }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public static async Task<TestCollector> StartAsync(TestAuthority authority, TestStore store, int port = 0, string joinSecret = "secret")
    {
        var ingest = new TestIngest(store);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(ingest);
        builder.Services.AddSingleton(new TestEnrolment(authority, joinSecret));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.Limits.MinRequestBodyDataRate = null;
            server.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = SslStreamCertificateContext.Create(authority.IssueServer(), [authority.Certificate], offline: true),
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is null || IsOurs(certificate, authority),
                    }),
                });
            });
        });
        var application = builder.Build();
        application.MapGrpcService<TestIngest>();
        application.MapGrpcService<TestEnrolment>();
        await application.StartAsync();
        return new TestCollector(application, ingest, new Uri(application.Urls.Single()).Port);
    }

    /// <summary>Ends at once, as a killed process does: connections are cut, nothing is said.</summary>
    public async ValueTask DisposeAsync()
    {
        Ingest.Cut();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private static bool IsOurs(X509Certificate certificate, TestAuthority authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(certificate));
    }
}
