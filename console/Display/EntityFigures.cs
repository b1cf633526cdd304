using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>What can be said of an entity from its counts by event type.</summary>
internal static class EntityFigures
{
    private static readonly string[] FailureTypes =
    [
        "sip.auth.failed", "sip.other.failed", "sip.other.timeout", "sip.parse.error", "sip.msg.probe", "sip.door_knock",
        "sip.call.attempt", "f2b.found",
        "pbx.auth.failed", "pbx.call.rejected", "pbx.acl.rejected", "pbx.user.unknown", "auth.failure", "sudo.failure",
    ];

    /// <summary>Events of it that are failures by their type.</summary>
    public static ulong Failures(Entity entity)
    {
        var failures = 0UL;
        foreach (var type in FailureTypes)
        {
            failures += entity.Counts.TryGetValue(type, out var count) ? count : 0;
        }

        return failures;
    }
}
