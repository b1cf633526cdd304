using Microsoft.Extensions.Logging;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>
/// The roles of local accounts on the unix socket: root and the collector's own user are administrators; other users
/// and groups have what the configuration gives them, the highest where several apply; the rest have none.
/// </summary>
internal sealed class LocalRoles
{
    private readonly Dictionary<uint, Role> _users = new() { [0] = Role.Admin };
    private readonly Dictionary<uint, Role> _groups = [];

    /// <param name="users">User name or number to viewer, operator or admin.</param>
    /// <param name="groups">Group name or number to the same.</param>
    /// <param name="logger">Is told of names that this host does not know.</param>
    public LocalRoles(IReadOnlyDictionary<string, string> users, IReadOnlyDictionary<string, string> groups, ILogger logger)
    {
        foreach (var (name, role) in users)
        {
            Add(_users, LocalAccounts.FindUser(name), role, "user", name, logger);
        }

        foreach (var (name, role) in groups)
        {
            Add(_groups, LocalAccounts.FindGroup(name), role, "group", name, logger);
        }

        _users[LocalAccounts.OwnUserId] = Role.Admin;
    }

    public Role Of(PeerCredentials peer)
    {
        var role = _users.GetValueOrDefault(peer.UserId);
        foreach (var group in peer.GroupIds)
        {
            if (_groups.TryGetValue(group, out var other) && other > role)
            {
                role = other;
            }
        }

        return role;
    }

    private static void Add(Dictionary<uint, Role> roles, uint? id, string role, string kind, string name, ILogger logger)
    {
        if (id is null)
        {
            logger.LogWarning("The configuration gives the {Kind} {Name} a role, but this host has no such {Kind}", kind, name, kind);
            return;
        }

        roles[id.Value] = RoleNames.Parse(role);
    }
}
