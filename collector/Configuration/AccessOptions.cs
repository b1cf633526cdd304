using SensorNet.Proto.Configuration;

namespace SensorNet.Collector.Configuration;

/// <summary>Which local accounts may use the unix socket, and as what. Root and the collector's own user are administrators.</summary>
internal sealed record AccessOptions
{
    /// <summary>User name to viewer, operator or admin.</summary>
    public required IReadOnlyDictionary<string, string> Users { get; init; }

    /// <summary>Group name to viewer, operator or admin.</summary>
    public required IReadOnlyDictionary<string, string> Groups { get; init; }

    public static AccessOptions Read(ConfigurationSection section) => new()
    {
        Users = ReadRoles(section.Section("users"), "user"),
        Groups = ReadRoles(section.Section("groups"), "group"),
    };

    private static Dictionary<string, string> ReadRoles(ConfigurationSection section, string kind) =>
        section.Keys().ToDictionary(name => name, name => section.Choice(name, "viewer", ["viewer", "operator", "admin"], $"Role of the local {kind} {name}."));
}
