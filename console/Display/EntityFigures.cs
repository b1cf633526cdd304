using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>What can be said of an entity from its counts by event type.</summary>
internal static class EntityFigures
{
    /// <summary>Events of it that are failures by their type.</summary>
    public static ulong Failures(Entity entity)
    {
        var failures = 0UL;
        foreach (var type in EventTypes.Failures)
        {
            failures += entity.Counts.TryGetValue(type, out var count) ? count : 0;
        }

        return failures;
    }
}
