using Grpc.Core;
using SensorNet.Collector.Security;
using SensorNet.Proto.Enrolment;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class EnrolmentTests
{
    [Fact]
    public async Task A_token_buys_one_certificate_whose_name_and_role_the_collector_sets()
    {
        await using var server = await SecuredServer.StartAsync();
        var token = await server.CreateTokenAsync(Role.Sensor);

        using var identity = await EnrolmentClient.JoinAsync(server.TlsAddress, token, "pbx1", SecuredServer.Soon);
        var again = await Assert.ThrowsAsync<RpcException>(() => EnrolmentClient.JoinAsync(server.TlsAddress, token, "pbx2", SecuredServer.Soon));

        Assert.Equal(("sensor", "pbx1"), (identity.Role, identity.Id));
        Assert.Equal(StatusCode.Unauthenticated, again.StatusCode);
        Assert.Contains(server.Store.Emitted, e => e.Type == EventType.ConsoleAudit && e.Audit.Operation == "join");
    }

    [Fact]
    public async Task The_stored_token_does_not_hold_its_secret()
    {
        await using var server = await SecuredServer.StartAsync();
        var token = await server.CreateTokenAsync(Role.Sensor);

        var rows = server.Store.Scan(SensorNet.Collector.Storage.Table.Security, ReadOnlyMemory<byte>.Empty)
            .Concat(server.Store.Scan(SensorNet.Collector.Storage.Table.Audit, ReadOnlyMemory<byte>.Empty))
            .Select(row => System.Text.Encoding.Latin1.GetString(row.Value));

        Assert.DoesNotContain(rows, row => row.Contains(token.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collector_with_another_ca_is_not_talked_to()
    {
        await using var server = await SecuredServer.StartAsync();
        await using var impostor = await SecuredServer.StartAsync();
        var token = await server.CreateTokenAsync(Role.Sensor);

        var thrown = await Assert.ThrowsAsync<RpcException>(() => EnrolmentClient.JoinAsync(impostor.TlsAddress, token, "pbx1", SecuredServer.Soon));

        Assert.Equal(StatusCode.Unavailable, thrown.StatusCode);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_recorded()
    {
        await using var server = await SecuredServer.StartAsync();
        var token = await server.CreateTokenAsync(Role.Sensor);
        var guess = new AccessToken(AccessTokenKind.Enrolment, token.Id, "guess", token.Pin);

        var thrown = await Assert.ThrowsAsync<RpcException>(() => EnrolmentClient.JoinAsync(server.TlsAddress, guess, "pbx1", SecuredServer.Soon));

        Assert.Equal(StatusCode.Unauthenticated, thrown.StatusCode);
        Assert.Contains(server.Store.Emitted, e => e.Audit?.Operation == "login_failed");
    }

    [Fact]
    public async Task Guessing_is_slowed_down()
    {
        await using var server = await SecuredServer.StartAsync();
        var token = await server.CreateTokenAsync(Role.Sensor);
        var guess = new AccessToken(AccessTokenKind.Enrolment, token.Id, "guess", token.Pin);
        var codes = new List<StatusCode>();
        for (var i = 0; i < 6; i++)
        {
            codes.Add((await Assert.ThrowsAsync<RpcException>(() => EnrolmentClient.JoinAsync(server.TlsAddress, guess, "pbx1", SecuredServer.Soon))).StatusCode);
        }

        Assert.Equal(StatusCode.Unauthenticated, codes[0]);
        Assert.Equal(StatusCode.ResourceExhausted, codes[5]);
    }

    [Fact]
    public async Task A_name_in_use_is_only_given_to_a_token_made_for_it()
    {
        await using var server = await SecuredServer.StartAsync();
        using var first = await server.EnrolAsync(Role.Sensor, "pbx1");
        var any = await server.CreateTokenAsync(Role.Sensor);
        var fixedName = await server.CreateTokenAsync(Role.Sensor, name: "pbx1");

        var stolen = await Assert.ThrowsAsync<RpcException>(() => EnrolmentClient.JoinAsync(server.TlsAddress, any, "pbx1", SecuredServer.Soon));
        using var second = await EnrolmentClient.JoinAsync(server.TlsAddress, fixedName, "pbx1", SecuredServer.Soon);

        Assert.Equal(StatusCode.AlreadyExists, stolen.StatusCode);
        Assert.Equal("pbx1", second.Id);
        Assert.NotEqual(0, server.Get<SecurityStore>().FindCertificate(first.Certificate.SerialNumber)!.Revoked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PBX")]
    [InlineData("-pbx")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public async Task Names_are_checked(string name)
    {
        await using var server = await SecuredServer.StartAsync();
        var token = await server.CreateTokenAsync(Role.Sensor);
        using var request = new IdentityRequest("pbx");
        using var channel = server.Connect(token);

        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await new EnrolmentService.EnrolmentServiceClient(channel).JoinAsync(
            new JoinRequest { Token = token.Text, Csr = Google.Protobuf.ByteString.CopyFrom(request.Der), Name = name }, deadline: SecuredServer.Soon));

        Assert.Equal(StatusCode.InvalidArgument, thrown.StatusCode);
    }

    [Fact]
    public async Task A_request_whose_signature_is_wrong_proves_nothing()
    {
        await using var server = await SecuredServer.StartAsync();
        var token = await server.CreateTokenAsync(Role.Sensor);
        using var request = new IdentityRequest("pbx1");
        using var channel = server.Connect(token);
        var tampered = request.Der.ToArray();
        tampered[^1] ^= 1;

        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await new EnrolmentService.EnrolmentServiceClient(channel).JoinAsync(
            new JoinRequest { Token = token.Text, Csr = Google.Protobuf.ByteString.CopyFrom(tampered), Name = "pbx1" }, deadline: SecuredServer.Soon));

        Assert.Equal(StatusCode.InvalidArgument, thrown.StatusCode);
        Assert.NotNull(server.Get<SecurityStore>().FindToken(token.Id));
    }

    [Fact]
    public async Task Renewal_keeps_name_and_role_with_a_new_key()
    {
        await using var server = await SecuredServer.StartAsync();
        using var first = await server.EnrolAsync(Role.Operator, "bob", "site-a");
        using var channel = server.Connect(first);

        using var second = await EnrolmentClient.RenewAsync(channel, first, SecuredServer.Soon);
        using var renewed = server.Connect(second);
        var me = await new AdminService.AdminServiceClient(renewed).WhoAmIAsync(new WhoAmIRequest(), deadline: SecuredServer.Soon);

        Assert.NotEqual(first.Certificate.SerialNumber, second.Certificate.SerialNumber);
        Assert.NotEqual(first.Certificate.GetPublicKeyString(), second.Certificate.GetPublicKeyString());
        Assert.Equal(new WhoAmIResponse { Name = "bob", Role = Role.Operator, Groups = { "site-a" } }, me);
    }

    [Fact]
    public async Task An_identity_survives_its_file()
    {
        await using var server = await SecuredServer.StartAsync();
        using var identity = await server.EnrolAsync(Role.Viewer, "ann");
        var path = Path.Combine(server.StateDirectory, "client", "identity.pem");

        identity.Save(path);
        using var loaded = ClientIdentity.Load(path)!;
        using var channel = server.Connect(loaded);
        var me = await new AdminService.AdminServiceClient(channel).WhoAmIAsync(new WhoAmIRequest(), deadline: SecuredServer.Soon);

        Assert.Equal("ann", me.Name);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task An_identity_file_that_others_may_read_is_refused()
    {
        await using var server = await SecuredServer.StartAsync();
        using var identity = await server.EnrolAsync(Role.Viewer, "ann");
        var path = Path.Combine(server.StateDirectory, "identity.pem");
        identity.Save(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var thrown = Assert.Throws<InvalidDataException>(() => ClientIdentity.Load(path));

        Assert.Contains("chmod 600", thrown.Message);
    }
}
