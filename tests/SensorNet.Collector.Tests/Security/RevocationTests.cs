using Grpc.Core;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

public sealed class RevocationTests
{
    [Fact]
    public async Task Revoking_a_certificate_closes_its_connections_and_bars_new_ones()
    {
        await using var server = await SecuredServer.StartAsync();
        using var identity = await server.EnrolAsync(Role.Sensor, "pbx1");
        using var channel = server.Connect(identity);
        using var stream = new IngestService.IngestServiceClient(channel).Connect(deadline: SecuredServer.Soon);
        Assert.True(await stream.ResponseStream.MoveNext());

        using var local = server.ConnectLocal();
        var response = await new AdminService.AdminServiceClient(local).RevokeCertificateAsync(
            new RevokeCertificateRequest { Serial = identity.Certificate.SerialNumber }, deadline: SecuredServer.Soon);
        var cut = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext());
        using var later = server.Connect(identity);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            using var second = new IngestService.IngestServiceClient(later).Connect(deadline: SecuredServer.Soon);
            await second.ResponseStream.MoveNext();
        });

        Assert.Equal(1u, response.ConnectionsClosed);
        Assert.Equal(StatusCode.Unavailable, cut.StatusCode);
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains("revoked by root", await server.Log.WaitForAsync("Refused a connection"));
        Assert.Contains(server.Store.Emitted, e => e.Audit is { Operation: "login_failed" } audit && audit.After.Contains("revoked by root", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Revoking_a_bearer_token_ends_its_calls()
    {
        await using var server = await SecuredServer.StartAsync();
        var token = await server.CreateTokenAsync(Role.Viewer, bearer: true);
        using var channel = server.Connect(token);
        var health = new Grpc.Health.V1.Health.HealthClient(channel);
        using var watch = health.Watch(new(), deadline: SecuredServer.Soon);
        Assert.True(await watch.ResponseStream.MoveNext());

        using var local = server.ConnectLocal();
        await new AdminService.AdminServiceClient(local).RevokeTokenAsync(new RevokeTokenRequest { Id = token.Id }, deadline: SecuredServer.Soon);

        await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext());
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await health.CheckAsync(new(), deadline: SecuredServer.Soon));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task A_certificate_of_another_ca_is_refused_with_a_reason_in_the_log()
    {
        await using var server = await SecuredServer.StartAsync();
        await using var other = await SecuredServer.StartAsync();
        using var stranger = await other.EnrolAsync(Role.Admin, "eve");
        using var handler = SensorNet.Rpc.RpcChannel.CreateHandler();
        handler.SslOptions = new()
        {
            ClientCertificates = [stranger.Certificate],
            RemoteCertificateValidationCallback = new SensorNet.Rpc.AuthorityPin(server.Get<CertificateAuthority>().Pin).Validate,
        };
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(server.TlsAddress, new() { HttpHandler = handler });

        var refused = await RawCall.RunAsync(channel, "sensornet.v1.AdminService", "WhoAmI");

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains("not issued by this collector's CA", await server.Log.WaitForAsync("Refused a connection"));
    }

    [Fact]
    public async Task A_client_without_tls_is_refused_with_a_reason_in_the_log()
    {
        await using var server = await SecuredServer.StartAsync();
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(server.TlsAddress.Replace("https", "http", StringComparison.Ordinal));

        var refused = await RawCall.RunAsync(channel, "sensornet.v1.AdminService", "WhoAmI");

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        await server.Log.WaitForAsync("may speak without TLS");
    }

    [Fact]
    public async Task A_renewed_server_certificate_is_used_without_a_restart()
    {
        await using var server = await SecuredServer.StartAsync();
        using var identity = await server.EnrolAsync(Role.Viewer, "ann");
        using var before = server.Connect(identity);
        var admin = new AdminService.AdminServiceClient(before);
        await admin.WhoAmIAsync(new WhoAmIRequest(), deadline: SecuredServer.Soon);
        var certificate = server.Get<ServerCertificate>();
        var serial = certificate.Current.TargetCertificate.SerialNumber;

        certificate.Renew();
        using var after = server.Connect(identity);
        await new AdminService.AdminServiceClient(after).WhoAmIAsync(new WhoAmIRequest(), deadline: SecuredServer.Soon);
        await admin.WhoAmIAsync(new WhoAmIRequest(), deadline: SecuredServer.Soon);

        Assert.NotEqual(serial, certificate.Current.TargetCertificate.SerialNumber);
    }
}
