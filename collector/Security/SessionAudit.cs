using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>Audit entries of comings and goings.</summary>
internal static class SessionAudit
{
    public static Audit Of(Caller caller, string operation) => new()
    {
        ClassName = "session",
        ObjectId = caller.Serial,
        Operation = operation,
        After = $"role={RoleNames.Of(caller.Role)} by={caller.Kind.ToString().ToLowerInvariant()}",
    };
}
