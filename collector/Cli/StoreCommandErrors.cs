using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Cli;

/// <summary>How commands that work on the store itself tell what went wrong.</summary>
internal static class StoreCommandErrors
{
    /// <summary>Writes the message and returns the exit code that belongs to it.</summary>
    public static int Report(Exception e)
    {
        Console.Error.WriteLine($"sensornet-collector: {e.Message}");
        return e switch
        {
            QueryException => ExitCode.Usage,
            StoreLockedException => ExitCode.InUse,
            _ => ExitCode.Failed,
        };
    }

    /// <summary>Writes what could not be read.</summary>
    public static int ReportDamage(EventStore store)
    {
        foreach (var damage in store.Damage)
        {
            Console.Error.WriteLine(damage.Block < 0
                ? $"sensornet-collector: the index of segment {damage.Segment} cannot be read (no event is lost by that): {damage.Reason}"
                : $"sensornet-collector: events at positions {damage.FirstPosition} to {damage.LastPosition} cannot be read: {damage.Reason}");
        }

        return ExitCode.Failed;
    }
}
