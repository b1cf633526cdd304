using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>Roles as words, in certificates, configuration and messages.</summary>
internal static class RoleNames
{
    public static string Of(Role role) => role switch
    {
        Role.Sensor => "sensor",
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        Role.Admin => "admin",
        _ => "none",
    };

    public static Role Parse(string? word) => word switch
    {
        "sensor" => Role.Sensor,
        "viewer" => Role.Viewer,
        "operator" => Role.Operator,
        "admin" => Role.Admin,
        _ => Role.Unspecified,
    };
}
