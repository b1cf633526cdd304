using Grpc.Core;
using SensorNet.Collector.Security;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

public sealed class SecurityAdministrationTests
{
    private static readonly Caller s_scoped = new() { Name = "ann", Role = Role.Admin, Kind = CallerKind.Bearer, Source = "test", Groups = ["a"] };
    private static readonly Caller s_root = new() { Name = "root", Role = Role.Admin, Kind = CallerKind.Local, Source = "test" };

    [Fact]
    public async Task An_administrator_of_a_group_gives_away_that_group_only()
    {
        await using var server = await SecuredServer.StartAsync();
        var administration = server.Get<SecurityAdministration>();

        var all = await Assert.ThrowsAsync<RpcException>(() => administration.CreateTokenAsync(new CreateTokenRequest { Role = Role.Admin }, s_scoped));
        var other = await Assert.ThrowsAsync<RpcException>(() => administration.CreateTokenAsync(new CreateTokenRequest { Role = Role.Viewer, Groups = { "a", "b" } }, s_scoped));
        var own = await administration.CreateTokenAsync(new CreateTokenRequest { Role = Role.Viewer, Groups = { "a" } }, s_scoped);

        Assert.Equal((StatusCode.PermissionDenied, StatusCode.PermissionDenied), (all.StatusCode, other.StatusCode));
        Assert.Equal(own.Id, administration.ListTokens(s_scoped).Tokens.Single().Id);
    }

    [Fact]
    public async Task Tokens_of_other_groups_are_neither_listed_nor_revoked()
    {
        await using var server = await SecuredServer.StartAsync();
        var administration = server.Get<SecurityAdministration>();
        var token = await administration.CreateTokenAsync(new CreateTokenRequest { Role = Role.Viewer, Groups = { "b" } }, s_root);

        var thrown = await Assert.ThrowsAsync<RpcException>(() => administration.RevokeTokenAsync(new RevokeTokenRequest { Id = token.Id }, s_scoped));

        Assert.Equal(StatusCode.NotFound, thrown.StatusCode);
        Assert.Empty(administration.ListTokens(s_scoped).Tokens);
        await administration.RevokeTokenAsync(new RevokeTokenRequest { Id = token.Id }, s_root);
        Assert.Empty(administration.ListTokens(s_root).Tokens);
    }

    [Fact]
    public async Task Impossible_tokens_are_refused_with_the_reason()
    {
        await using var server = await SecuredServer.StartAsync();
        var administration = server.Get<SecurityAdministration>();
        CreateTokenRequest[] impossible =
        [
            new(),
            new() { Role = Role.Sensor, Bearer = true },
            new() { Role = Role.Viewer, Bearer = true, Uses = 2 },
            new() { Role = Role.Sensor, Uses = 20_000 },
            new() { Role = Role.Sensor, Uses = 2, Name = "pbx" },
            new() { Role = Role.Sensor, TtlS = 365 * 86_400 },
            new() { Role = Role.Viewer, Groups = { "" } },
        ];

        foreach (var request in impossible)
        {
            var thrown = await Assert.ThrowsAsync<RpcException>(() => administration.CreateTokenAsync(request, s_root));
            Assert.Equal(StatusCode.InvalidArgument, thrown.StatusCode);
        }
    }

    [Fact]
    public async Task Every_change_is_in_the_audit_log_newest_first()
    {
        await using var server = await SecuredServer.StartAsync();
        var administration = server.Get<SecurityAdministration>();
        var token = await administration.CreateTokenAsync(new CreateTokenRequest { Role = Role.Viewer }, s_root);
        await administration.RevokeTokenAsync(new RevokeTokenRequest { Id = token.Id }, s_root);

        var entries = administration.ListAudit(new ListAuditRequest { Actor = "root" }).SelectMany(response => response.Entries).ToList();

        Assert.Equal([("delete", token.Id), ("insert", token.Id)], entries.Select(entry => (entry.Change.Operation, entry.Change.ObjectId)));
        Assert.True(entries[0].Number > entries[1].Number);
        Assert.DoesNotContain(AccessToken.Parse(token.Token).Secret, string.Concat(entries));
    }
}
