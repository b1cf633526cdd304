using Microsoft.Extensions.Logging.Abstractions;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

public sealed class LocalRolesTests
{
    [Fact]
    public void Root_and_the_own_user_are_administrators_and_others_nobody()
    {
        var roles = new LocalRoles(new Dictionary<string, string>(), new Dictionary<string, string>(), NullLogger.Instance);

        Assert.Equal(Role.Admin, roles.Of(new PeerCredentials(1, 0, [0])));
        Assert.Equal(Role.Admin, roles.Of(new PeerCredentials(1, LocalAccounts.OwnUserId, [])));
        Assert.Equal(Role.Unspecified, roles.Of(new PeerCredentials(1, 54321, [54321])));
    }

    [Fact]
    public void The_highest_of_user_and_group_roles_counts()
    {
        var roles = new LocalRoles(
            new Dictionary<string, string> { ["1001"] = "viewer" },
            new Dictionary<string, string> { ["2001"] = "operator", ["2002"] = "viewer" },
            NullLogger.Instance);

        Assert.Equal(Role.Viewer, roles.Of(new PeerCredentials(1, 1001, [2002])));
        Assert.Equal(Role.Operator, roles.Of(new PeerCredentials(1, 1001, [2001, 2002])));
        Assert.Equal(Role.Operator, roles.Of(new PeerCredentials(1, 1002, [2001])));
    }

    [Fact]
    public void Accounts_are_found_by_name()
    {
        Assert.Equal(0u, LocalAccounts.FindUser("root"));
        Assert.Equal(0u, LocalAccounts.FindGroup("root"));
        Assert.Equal("root", LocalAccounts.UserName(0));
        Assert.Null(LocalAccounts.FindUser("no-such-user-here"));
        Assert.Equal("uid:4000000000", LocalAccounts.UserName(4_000_000_000));
    }
}
